//! Asks for a tebibyte at once.

pub fn attack() -> f64 {
    Vec::<u8>::with_capacity(1 << 40).capacity() as f64
}
