//! What a process has inherited and does not know of.

use std::io;

/// Closes the descriptors from `first` to `last`, none of which anybody in this process has.
#[cfg(target_os = "linux")]
pub(crate) fn close_descriptors(first: u32, last: u32) -> io::Result<()> {
    if first > last {
        return Ok(());
    }
    // SAFETY: the call takes three numbers, and nothing in this process owns the descriptors.
    let failed = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } != 0;
    let error = io::Error::last_os_error();
    // A kernel before 5.9 does not have the call; there every descriptor of ours closes itself at exec.
    if failed && error.raw_os_error() != Some(libc::ENOSYS) {
        return Err(error);
    }
    Ok(())
}

/// Elsewhere we rely on every descriptor of ours to close itself at exec, as all of the standard library's do.
#[cfg(not(target_os = "linux"))]
pub(crate) fn close_descriptors(_first: u32, _last: u32) -> io::Result<()> {
    Ok(())
}
