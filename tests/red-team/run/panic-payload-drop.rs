//! Panics with a payload whose drop panics again.

struct Payload;

impl Drop for Payload {
    fn drop(&mut self) {
        panic!("and again");
    }
}

pub fn attack() -> f64 {
    std::panic::panic_any(Payload)
}
