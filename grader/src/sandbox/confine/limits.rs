//! What a process may use, as the kernel counts it.

use std::io;

use rustix::process::{Resource, Rlimit, Uid, setrlimit};

/// One limit: where the kernel warns, and where it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bound {
    resource: Resource,
    soft: u64,
    hard: u64,
}

impl Bound {
    /// A limit without a warning.
    pub(crate) const fn new(resource: Resource, most: u64) -> Self {
        Self {
            resource,
            soft: most,
            hard: most,
        }
    }

    /// A limit on CPU time: a signal that can be caught, and one second later one that cannot.
    pub(crate) const fn cpu(seconds: u64) -> Self {
        Self {
            resource: Resource::Cpu,
            soft: seconds,
            hard: seconds.saturating_add(1),
        }
    }

    /// What no process here has any use for.
    pub(crate) fn nothing() -> Vec<Self> {
        vec![
            Self::new(Resource::Core, 0),
            Self::new(Resource::Memlock, 0),
            #[cfg(target_os = "linux")]
            Self::new(Resource::Msgqueue, 0),
            #[cfg(target_os = "linux")]
            Self::new(Resource::Sigpending, 64),
        ]
    }
}

/// Sets limits, none of them above what the process was given.
pub(super) fn set(bounds: &[Bound]) -> io::Result<()> {
    for bound in bounds {
        let given = rustix::process::getrlimit(bound.resource).maximum;
        let most = |wanted: u64| Some(given.map_or(wanted, |given| given.min(wanted)));
        let limit = Rlimit {
            current: most(bound.soft),
            maximum: most(bound.hard),
        };
        setrlimit(bound.resource, limit)?;
    }
    Ok(())
}

/// Sets the size of this process's stack in bytes, or as much of it as may be had, and says whether it was another. Where
/// the stack ends is laid down when a program begins, so that another size is good for the next one in this process.
pub(crate) fn set_stack(bytes: u64) -> io::Result<bool> {
    let given = rustix::process::getrlimit(Resource::Stack);
    let current = Some(given.maximum.map_or(bytes, |maximum| maximum.min(bytes)));
    let maximum = given.maximum;
    setrlimit(Resource::Stack, Rlimit { current, maximum })?;
    Ok(given.current != current)
}

/// How many processes and threads a user has, as far as this process can see.
#[cfg(target_os = "linux")]
pub(super) fn tasks(user: Uid) -> u64 {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return 0;
    };
    let user = user.as_raw().to_string();
    let threads = processes.flatten().filter_map(|process| {
        let status = std::fs::read_to_string(process.path().join("status")).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()
        };
        let is_theirs = field("Uid:")? == user;
        is_theirs.then(|| field("Threads:")?.parse::<u64>().ok()).flatten()
    });
    threads.sum()
}

/// Elsewhere nobody counts.
#[cfg(not(target_os = "linux"))]
pub(super) fn tasks(_user: Uid) -> u64 {
    0
}
