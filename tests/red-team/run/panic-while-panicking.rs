//! Panics while it unwinds.

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        panic!("while unwinding");
    }
}

pub fn attack() -> f64 {
    let _guard = Guard;
    panic!("first")
}
