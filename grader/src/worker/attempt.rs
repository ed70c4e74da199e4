//! A worker without a submission: tries what no submission must be able to do, and says what of it went through.
//!
//! That the kernel has taken on a restriction is its word; this is the deed. Nothing here harms anyone if it does work.

use std::ffi::{CStr, c_int, c_long, c_void};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::refusal;

/// Whether the kernel has caught the last call.
static CAUGHT: AtomicBool = AtomicBool::new(false);

/// What went through, as fragments. From here on, a refused call is an error like others, and no end.
pub(super) fn all(parent: u32) -> io::Result<Vec<&'static str>> {
    refusal::handle(on_refusal, 0)?;
    let parent = c_long::from(parent);
    let works = |call, arguments| ask(call, arguments).is_some();
    let attempts: [(&str, bool); 8] = [
        ("list the root folder", opens(c"/", libc::O_DIRECTORY)),
        ("look into a process", opens(c"/proc/self/maps", 0)),
        ("write a file", opens(c"/tmp", libc::O_TMPFILE | libc::O_RDWR)),
        (
            "make a socket",
            works(libc::SYS_socket, [libc::AF_UNIX.into(), libc::SOCK_STREAM.into(), 0, 0]),
        ),
        ("start a process", starts_a_process()),
        ("signal the grader", works(libc::SYS_kill, [parent, 0, 0, 0])),
        (
            "ask for the grader's limits",
            works(libc::SYS_prlimit64, [parent, libc::RLIMIT_CPU.into(), 0, 0]),
        ),
        (
            "make shared memory",
            works(libc::SYS_memfd_create, [c"x".as_ptr() as c_long, 0, 0, 0]),
        ),
    ];
    Ok(attempts
        .into_iter()
        .filter(|(_, went)| *went)
        .map(|(what, _)| what)
        .collect())
}

extern "C" fn on_refusal(_signal: c_int, _info: *mut libc::siginfo_t, _context: *mut c_void) {
    CAUGHT.store(true, Ordering::Release);
}

fn opens(path: &CStr, flags: c_int) -> bool {
    let place = [libc::AT_FDCWD.into(), path.as_ptr() as c_long, flags.into(), 0];
    ask(libc::SYS_openat, place).is_some()
}

fn starts_a_process() -> bool {
    match ask(libc::SYS_clone, [libc::SIGCHLD.into(), 0, 0, 0]) {
        // SAFETY: the call never returns. This is the new process, which has nothing to do.
        Some(0) => unsafe { libc::_exit(0) },
        Some(_) => true,
        None => false,
    }
}

/// What a call returns, if it succeeds.
fn ask(call: c_long, [a, b, c, d]: [c_long; 4]) -> Option<c_long> {
    CAUGHT.store(false, Ordering::Release);
    // SAFETY: the calls made here read no memory but the texts that they are given, and write none.
    let result = unsafe { libc::syscall(call, a, b, c, d, 0, 0) };
    (result != -1 && !CAUGHT.load(Ordering::Acquire)).then_some(result)
}
