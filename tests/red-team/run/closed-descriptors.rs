//! Closes every descriptor.

unsafe extern "C" {
    fn close(fd: i32) -> i32;
}

pub fn attack() -> f64 {
    for fd in 0..1024 {
        // SAFETY: this is an attack; it harms its own process only.
        unsafe { close(fd) };
    }
    0.0
}
