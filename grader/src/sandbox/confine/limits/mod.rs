//! What a process may use, as the system counts it.

#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

pub(super) use system::set;
pub(crate) use system::tasks_of_a_worker;

/// What a process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Bytes of memory.
    pub(crate) memory: u64,
    /// Of that, bytes of the stack.
    pub(crate) stack: u64,
    /// Seconds of CPU time.
    pub(crate) cpu: u64,
    /// Bytes of the largest file that it may write.
    pub(crate) largest_file: u64,
    /// How many files it may have open.
    pub(crate) open_files: u64,
    /// How many processes and threads its user may have; no matter how many without.
    pub(crate) tasks: Option<u64>,
}
