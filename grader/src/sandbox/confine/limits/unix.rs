//! Limits by `setrlimit`.

use std::io;

use rustix::process::{Resource, Rlimit, Uid, getrlimit, setrlimit};

use super::Bounds;
use crate::sandbox::confine::NOBODY;

/// Sets limits, none of them above what the process was given.
pub(in crate::sandbox::confine) fn set(bounds: &Bounds) -> io::Result<()> {
    // A signal that can be caught, and one second later one that cannot.
    limit(Resource::Cpu, bounds.cpu, bounds.cpu.saturating_add(1))?;
    for (resource, most) in [
        (Resource::Stack, bounds.stack),
        (Resource::Fsize, bounds.largest_file),
        (Resource::Nofile, bounds.open_files),
        (Resource::Core, 0),
    ] {
        limit(resource, most, most)?;
    }
    // Other systems take these for what is in memory at the time, or do not keep them.
    #[cfg(target_os = "linux")]
    for (resource, most) in [
        (Resource::As, bounds.memory),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
        (Resource::Sigpending, 64),
    ] {
        limit(resource, most, most)?;
    }
    bounds
        .tasks
        .map_or(Ok(()), |tasks| limit(Resource::Nproc, tasks, tasks))
}

fn limit(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let given = getrlimit(resource).maximum;
    let most = |wanted: u64| Some(given.map_or(wanted, |given| given.min(wanted)));
    let limit = Rlimit {
        current: most(soft),
        maximum: most(hard),
    };
    setrlimit(resource, limit)?;
    Ok(())
}

/// How many processes and threads the user has whose a worker becomes, as far as this process can see.
pub(crate) fn tasks_of_a_worker() -> u64 {
    let own = rustix::process::getuid();
    tasks(if own.is_root() { Uid::from_raw(NOBODY) } else { own })
}

#[cfg(target_os = "linux")]
fn tasks(user: Uid) -> u64 {
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
fn tasks(_user: Uid) -> u64 {
    0
}
