//! What a worker shuts before a submission's code runs: descriptors, and all that the sandbox takes away.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::Resource;

use super::Orders;
use crate::sandbox::{
    Access, Bound, Calls, Confinement, Level, Opening, Root, close_descriptors, set_stack, tasks_of_a_worker,
};

/// Protocol descriptors get numbers from here on, away from those that programs expect to find.
const FIRST: i32 = 10;

/// More tasks than threads that a user may have: others of the user's start while a worker runs, and a submission that
/// starts threads without end is stopped soon enough.
const SPARE_TASKS: u64 = 256;

/// Libraries that a submission's library needs, opened while files can be.
#[cfg(target_os = "linux")]
const NEEDED: [&str; 5] = [
    "libm.so.6",
    "libgcc_s.so.1",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
];

/// Begins this program anew, in the same process, unless its stack has the size that was ordered.
pub(super) fn begin_with_stack(bytes: u64) -> io::Result<()> {
    if !set_stack(bytes)? {
        return Ok(());
    }
    let again = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .exec();
    Err(again)
}

/// Moves the protocol off stdin and stdout: stdin then is empty, and stdout is where stderr goes.
pub(super) fn move_protocol() -> io::Result<(OwnedFd, OwnedFd)> {
    let requests = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), FIRST)?;
    let replies = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), FIRST)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok((requests, replies))
}

/// Closes all descriptors but the standard ones and these two.
pub(super) fn close_others(requests: &OwnedFd, replies: &OwnedFd) -> io::Result<()> {
    let mut kept = [requests.as_raw_fd(), replies.as_raw_fd()];
    kept.sort_unstable();
    let [low, high] = kept.map(i32::cast_unsigned);
    close_descriptors(3, low - 1)?;
    close_descriptors(low + 1, high - 1)?;
    close_descriptors(high + 1, u32::MAX)
}

/// Has the C library open and set up now what it could not later. A library that is not there is not needed either: the
/// submission's library would not load anywhere on this machine.
pub(super) fn prepare_libraries() {
    #[cfg(target_os = "linux")]
    for name in NEEDED {
        // SAFETY: the C library's own libraries may be loaded at any time.
        if let Ok(library) = unsafe { libloading::os::unix::Library::new(name) } {
            std::mem::forget(library);
        }
    }
    // Each thread would reserve 128 MiB of address space for memory of its own.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the call takes two numbers; that it does not know the first is no harm.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Leaves this process the library, arithmetic and its own memory.
pub(super) fn shut(orders: &Orders, artifact: &File) -> io::Result<Level> {
    let level = Confinement {
        parent: orders.parent,
        root: Root::BecomesNobody,
        bounds: bounds(orders),
        files: vec![Opening {
            place: artifact.as_fd(),
            access: Access::Read,
        }],
        calls: Calls::Worker {
            threads: orders.threads > 0,
        },
        isolation: orders.isolation,
    }
    .apply()?;
    // From here on, a library that cannot be loaded is the submission's fault, so that we make sure that it can be opened.
    File::open(super::artifact::path(artifact))?;
    Ok(level)
}

fn bounds(orders: &Orders) -> Vec<Bound> {
    let mut bounds = Bound::nothing();
    bounds.extend([
        Bound::new(Resource::As, orders.memory),
        Bound::cpu(orders.cpu.as_secs()),
        Bound::new(Resource::Stack, orders.stack),
        Bound::new(Resource::Fsize, 0),
        Bound::new(Resource::Nofile, 32),
    ]);
    if orders.threads > 0 {
        let tasks = tasks_of_a_worker() + u64::from(orders.threads) + SPARE_TASKS;
        bounds.push(Bound::new(Resource::Nproc, tasks));
    }
    bounds
}
