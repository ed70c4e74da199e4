//! What a process takes from itself, for good, before it touches anything that a student wrote.
//!
//! Takes what the process may still do; gives what the kernel has taken on. The order is fixed: life without the grader
//! ends first, then privileges go, then limits come, then files are shut away (Landlock), and system calls last (seccomp),
//! since each step needs calls that the next forbids. Landlock and seccomp are both needed: the first alone leaves
//! processes, limits and signals of the same user open, the second alone leaves every file readable.
//!
//! What none of this stops: asking whether a file of a known name is there, how large it is and when it was changed (unless
//! it lies in a folder that nobody may enter, and an administrator runs the grader); mistakes in the kernel; what one process
//! can learn of another from the processor's time.
//!
//! Must never: say that something is enforced which the kernel has not confirmed. Where something is missing, the process
//! does not go on, unless the instructor has asked for as much as there is.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;
mod limits;
#[cfg(target_os = "linux")]
mod privileges;

use std::fs::File;
use std::io;

use super::level::{Isolation, Level};

pub(crate) use limits::{Bounds, tasks_of_a_worker};

/// The user that owns nothing, and the group.
#[cfg(unix)]
const NOBODY: u32 = 65534;

/// What a process keeps.
#[derive(Debug)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux lets a process give up all of this")
)]
pub(crate) struct Confinement<'a> {
    /// The process without which it has no purpose.
    pub(crate) parent: u32,
    /// What becomes of an administrator's rights.
    pub(crate) root: Root,
    /// What it may use.
    pub(crate) bounds: Bounds,
    /// What it may open.
    pub(crate) files: Vec<Opening<'a>>,
    /// What it may ask of the kernel.
    pub(crate) calls: Calls,
    /// Whether less will do.
    pub(crate) isolation: Isolation,
}

/// What becomes of an administrator's rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// The process becomes nobody's.
    BecomesNobody,
    /// The process keeps its user, whose files it may have to read, and loses every capability.
    LosesCapabilities,
}

/// A file or folder that stays open to the process, and for what.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux lets a process give up all others")
)]
pub(crate) struct Opening<'a> {
    /// Where it is.
    pub(crate) place: &'a File,
    /// What may be done with it and with what is in it.
    pub(crate) access: Access,
}

/// What may be done with a file or with what is in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It may be read.
    Read,
    /// It may also be run.
    Run,
    /// It may be read and changed.
    Write,
}

impl Access {
    /// As a command line has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Run => "run",
            Self::Write => "write",
        }
    }

    /// From the name of [`Access::name`].
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Read, Self::Run, Self::Write];
        all.into_iter().find(|access| access.name() == name)
    }
}

/// Which system calls a process is left with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// Those that computing takes.
    Worker {
        /// Whether threads may be started.
        threads: bool,
    },
    /// Those that compiling and linking take.
    Compiler,
}

impl Confinement<'_> {
    /// Confines this process, which must have one thread.
    ///
    /// # Errors
    /// When the kernel refuses something that is not left to the [`Isolation`].
    #[cfg(target_os = "linux")]
    pub(crate) fn apply(&self) -> io::Result<Level> {
        privileges::give_up(self.root, self.parent)?;
        limits::set(&self.bounds)?;
        let landlock = self.tolerate(files::restrict(&self.files))?;
        let seccomp = self.tolerate(calls::restrict(self.calls).map(|()| true))?;
        Ok(Level { landlock, seccomp })
    }

    /// Elsewhere there are limits, and the level says so.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn apply(&self) -> io::Result<Level> {
        limits::set(&self.bounds)?;
        self.tolerate(Err(io::Error::other(
            "only Linux can hold a process back from files and from the network",
        )))
    }

    /// Without a thing, if the instructor has said so.
    fn tolerate<T: Default>(&self, result: io::Result<T>) -> io::Result<T> {
        match (result, self.isolation) {
            (Err(_), Isolation::BestEffort) => Ok(T::default()),
            (result, _) => result,
        }
    }
}

/// What a forbidden system call is for, and its name.
#[cfg(target_os = "linux")]
pub(crate) fn meaning(number: u64) -> Option<(&'static str, &'static str)> {
    calls::meaning(i64::try_from(number).ok()?)
}

/// Elsewhere none is.
#[cfg(not(target_os = "linux"))]
pub(crate) fn meaning(_number: u64) -> Option<(&'static str, &'static str)> {
    None
}

/// What the grader does to itself before it starts anything: no process of the same user looks into it.
///
/// # Errors
/// When the kernel refuses.
pub fn prepare_grader() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    privileges::hide()?;
    Ok(())
}
