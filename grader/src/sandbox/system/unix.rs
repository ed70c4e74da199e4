//! The ways of Unix.

use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

pub(crate) use libc::{SIGABRT, SIGBUS, SIGKILL, SIGSYS, SIGXCPU, SIGXFSZ};

/// Protocol descriptors get numbers from here on, away from those that programs expect to find.
const FIRST: i32 = 10;

/// Becomes another program. Returns only if that is not possible.
pub(crate) fn become_program(command: &mut Command) -> io::Error {
    command.exec()
}

/// Ends this process at once: neither handlers nor destructors of a library run.
pub(crate) fn leave() -> ! {
    // SAFETY: the call takes a number and never returns.
    unsafe { libc::_exit(0) }
}

/// Works on a stack of this size in bytes, or as much of it as may be had. Where the stack ends is laid down when a program
/// begins, so that this one begins anew, in the same process, if its stack has another size.
///
/// # Errors
/// When it cannot begin anew.
pub(crate) fn on_stack(bytes: u64, work: impl FnOnce() -> ExitCode + Send + 'static) -> io::Result<ExitCode> {
    let given = getrlimit(Resource::Stack);
    let current = Some(given.maximum.map_or(bytes, |maximum| maximum.min(bytes)));
    if given.current == current {
        return Ok(work());
    }
    let maximum = given.maximum;
    setrlimit(Resource::Stack, Rlimit { current, maximum })?;
    let program = std::env::current_exe()?;
    Err(become_program(Command::new(program).args(std::env::args_os().skip(1))))
}

/// Moves the protocol off stdin and stdout: stdin then is empty, and stdout is where stderr goes.
pub(crate) fn take_protocol() -> io::Result<(File, File)> {
    let requests = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), FIRST)?;
    let replies = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), FIRST)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok((requests.into(), replies.into()))
}

/// Closes everything that this process has inherited, but stdin, stdout, stderr and these.
pub(crate) fn close_inherited(kept: &[&File]) -> io::Result<()> {
    let mut kept: Vec<u32> = kept.iter().map(|file| file.as_raw_fd().cast_unsigned()).collect();
    kept.sort_unstable();
    let mut first = 3;
    for descriptor in kept {
        close(first, descriptor - 1)?;
        first = descriptor + 1;
    }
    close(first, u32::MAX)
}

/// Closes the descriptors from `first` to `last`, none of which anybody in this process has.
#[cfg(target_os = "linux")]
fn close(first: u32, last: u32) -> io::Result<()> {
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
fn close(_first: u32, _last: u32) -> io::Result<()> {
    Ok(())
}

/// Opens a file for reading. It may be a link or a pipe: the first is not followed, the second not waited for.
pub(crate) fn open_itself(path: &Path) -> io::Result<File> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// Names a file or folder without opening it for anything.
pub(crate) fn open_name(path: &Path) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    let flags = libc::O_PATH;
    #[cfg(not(target_os = "linux"))]
    let flags = 0;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// Lets every user read and run a file: a worker of an administrator opens it as nobody.
pub(crate) fn open_to_all(path: &Path) -> io::Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(0o755))
}

/// When a file was changed, or moved here, as exactly as the system knows.
pub(crate) fn times(metadata: &Metadata) -> io::Result<String> {
    let (changed, moved) = (
        (metadata.mtime(), metadata.mtime_nsec()),
        (metadata.ctime(), metadata.ctime_nsec()),
    );
    Ok(format!("{changed:?}, {moved:?}"))
}
