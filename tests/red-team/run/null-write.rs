//! Writes to address 0.

pub fn attack() -> f64 {
    // SAFETY: this is an attack; it ends its own process.
    unsafe { std::ptr::null_mut::<u8>().write_volatile(1) };
    0.0
}
