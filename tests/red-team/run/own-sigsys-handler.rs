//! Catches the signal of a refused call and goes on.

unsafe extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn syscall(number: i64, ...) -> i64;
}

extern "C" fn ignore(_: i32) {}

pub fn attack() -> f64 {
    // SAFETY: this is an attack; the call is never made.
    let socket = unsafe {
        signal(31, ignore);
        syscall(41, 2, 1, 0)
    };
    // What comes back is the number of the call, not a descriptor: it cannot be used.
    // SAFETY: as above.
    let sent = unsafe { syscall(1, socket, c"x".as_ptr(), 1) };
    if sent >= 0 { 1.0 } else { -1.0 }
}
