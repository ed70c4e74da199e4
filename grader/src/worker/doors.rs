//! What a worker shuts before a submission's code runs: descriptors, limits, life without the grader.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Protocol descriptors get numbers from here on, away from those that programs expect to find.
const FIRST: i32 = 10;

/// Moves the protocol off stdin and stdout: stdin then is empty, and stdout is where stderr goes.
pub(super) fn move_protocol() -> io::Result<(OwnedFd, OwnedFd)> {
    let requests = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), FIRST)?;
    let replies = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), FIRST)?;
    rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok((requests, replies))
}

/// Closes all descriptors but the standard ones and these two.
pub(super) fn close_others(requests: &OwnedFd, replies: &OwnedFd) -> io::Result<()> {
    let mut kept = [requests.as_raw_fd(), replies.as_raw_fd()];
    kept.sort_unstable();
    let [low, high] = kept.map(i32::cast_unsigned);
    close_range(3, low - 1)?;
    close_range(low + 1, high - 1)?;
    close_range(high + 1, u32::MAX)
}

/// Closes the descriptors from `first` to `last`, of which nobody in this process knows.
#[cfg(target_os = "linux")]
fn close_range(first: u32, last: u32) -> io::Result<()> {
    if first > last {
        return Ok(());
    }
    // SAFETY: the call takes three numbers. Nothing in this process owns the descriptors: it has opened none but the two
    // that are left out, and the standard ones are below.
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
fn close_range(_first: u32, _last: u32) -> io::Result<()> {
    Ok(())
}

/// Has the kernel kill this process when the thread that started it ends.
#[cfg(target_os = "linux")]
pub(super) fn die_with_parent() -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    Ok(())
}

/// Elsewhere the end of the calls is what ends a worker, and the CPU limit one that does not listen.
#[cfg(not(target_os = "linux"))]
pub(super) fn die_with_parent() -> io::Result<()> {
    Ok(())
}

/// Limits memory and CPU time, and switches core files off.
pub(super) fn limit(memory: u64, cpu: Duration) -> io::Result<()> {
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::As, memory),
        (Resource::Cpu, cpu.as_secs()),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}
