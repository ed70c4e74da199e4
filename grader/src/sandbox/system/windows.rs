//! The ways of Windows. Tried under Wine, not tested on Windows.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsHandle, AsRawHandle, IntoRawHandle};
use std::path::Path;
use std::process::{Command, ExitCode};

use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT};
use windows_sys::Win32::System::Console::{STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, TerminateProcess};

// Windows has no signals. What ends a process has the number of the signal that it would be on Linux.
pub(crate) const SIGABRT: i32 = 6;
pub(crate) const SIGBUS: i32 = 7;
pub(crate) const SIGKILL: i32 = 9;
pub(crate) const SIGXCPU: i32 = 24;
pub(crate) const SIGXFSZ: i32 = 25;
pub(crate) const SIGSYS: i32 = 31;

/// Stands in for another program, which no process can become here. Returns only if that is not possible.
#[expect(
    clippy::exit,
    reason = "the process is the other program's from here on, and ends as that does"
)]
pub(crate) fn become_program(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Ends this process at once: neither handlers nor destructors of a library run.
pub(crate) fn leave() -> ! {
    // SAFETY: the calls take a number and this process.
    unsafe { TerminateProcess(GetCurrentProcess(), 0) };
    std::process::abort()
}

/// Works on a stack of this size in bytes: on a thread of its own, since the first one's is laid down in the program's file.
///
/// # Errors
/// When there can be no such thread.
pub(crate) fn on_stack(bytes: u64, work: impl FnOnce() -> ExitCode + Send + 'static) -> io::Result<ExitCode> {
    let bytes = usize::try_from(bytes).map_err(io::Error::other)?;
    let thread = std::thread::Builder::new()
        .name("main".to_owned())
        .stack_size(bytes)
        .spawn(work)?;
    thread.join().map_err(|_| io::Error::other("it panicked"))
}

/// Moves the protocol off stdin and stdout: stdin then is empty, and stdout is where stderr goes.
pub(crate) fn take_protocol() -> io::Result<(File, File)> {
    let requests = io::stdin().as_handle().try_clone_to_owned()?;
    let replies = io::stdout().as_handle().try_clone_to_owned()?;
    redirect(STD_INPUT_HANDLE, File::open("NUL")?)?;
    redirect(STD_OUTPUT_HANDLE, io::stderr().as_handle().try_clone_to_owned()?)?;
    Ok((requests.into(), replies.into()))
}

fn redirect(which: u32, to: impl IntoRawHandle) -> io::Result<()> {
    // SAFETY: the handle is open, and nobody else has it or will close it.
    match unsafe { SetStdHandle(which, to.into_raw_handle()) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A process inherits no more here than the standard library gives it: stdin, stdout and stderr.
pub(crate) fn close_inherited(kept: &[&File]) -> io::Result<()> {
    debug_assert!(kept.iter().all(|file| !file.as_raw_handle().is_null()));
    Ok(())
}

/// Opens a file for reading. If it is a link, that is opened itself, and is no plain file.
pub(crate) fn open_itself(path: &Path) -> io::Result<File> {
    let flags = FILE_FLAG_OPEN_REPARSE_POINT;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// Opens a file or a folder for nothing in particular.
pub(crate) fn open_name(path: &Path) -> io::Result<File> {
    let flags = FILE_FLAG_BACKUP_SEMANTICS;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// Files are as open as the folder that they are in, and workers are of the grader's user.
pub(crate) fn open_to_all(path: &Path) -> io::Result<()> {
    path.symlink_metadata().map(drop)
}

/// When a file was changed, as exactly as the system knows.
pub(crate) fn times(metadata: &Metadata) -> io::Result<String> {
    Ok(format!("{:?}, {:?}", metadata.modified()?, metadata.created()?))
}
