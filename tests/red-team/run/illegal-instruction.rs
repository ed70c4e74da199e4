//! Executes an instruction that does not exist.

pub fn attack() -> f64 {
    // SAFETY: this is an attack; it ends its own process.
    unsafe { std::arch::asm!("ud2", options(noreturn)) }
}
