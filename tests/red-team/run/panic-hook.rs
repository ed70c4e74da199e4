//! Replaces the panic hook by one that ends the process, then panics.

pub fn attack() -> f64 {
    std::panic::set_hook(Box::new(|_| std::process::exit(0)));
    panic!("after the hook")
}
