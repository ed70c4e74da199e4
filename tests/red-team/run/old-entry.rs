//! Enters the kernel by the 32-bit door.

pub fn attack() -> f64 {
    let result: i32;
    // SAFETY: this is an attack; it ends its own process. 39 is mkdir there.
    unsafe {
        std::arch::asm!("int 0x80", inlateout("eax") 39 => result, in("ecx") 0, in("edx") 0);
    }
    f64::from(result)
}
