//! One running child process: started in a clean environment, and always killed and reaped.
//!
//! What differs between systems stands in `unix` and `windows`, which have the same [`Child`].

#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub use system::Child;

/// A program to start.
#[derive(Debug, Clone)]
pub struct Job {
    /// The program's file.
    pub program: PathBuf,
    /// Its arguments, the program's name aside.
    pub arguments: Vec<OsString>,
    /// All of its environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder it starts in.
    pub folder: PathBuf,
}

/// How a process ended, in the kernel's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With this exit code.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
}

/// What a process has used, in the kernel's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time of all its threads and of its reaped children.
    pub cpu: Duration,
    /// Time from its start to its end.
    pub wall: Duration,
    /// Of that, time for which it waited for a processor; zero where the system does not tell.
    pub waited: Duration,
    /// The most memory it held at once, in bytes; not known of one that died by itself and held less than the grader.
    pub peak_memory: Option<u64>,
}

/// What a wait for a child is to notice, its end aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// That it takes input.
    pub(crate) stdin: bool,
    /// That it has answered.
    pub(crate) stdout: bool,
    /// That it has printed.
    pub(crate) stderr: bool,
}
