//! What a worker shuts before a submission's code runs: descriptors, and all that the sandbox takes away.

use std::fs::File;
use std::io;

use super::Orders;
use crate::sandbox::{Access, Bounds, Calls, Confinement, Level, Opening, Root, tasks_of_a_worker};

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
            place: artifact,
            access: Access::Read,
        }],
        calls: Calls::Worker {
            threads: orders.threads > 0,
        },
        isolation: orders.isolation,
    }
    .apply()?;
    // From here on, a library that cannot be loaded is the submission's fault, so that we make sure that it can be opened.
    File::open(super::artifact::name(artifact, &orders.artifact))?;
    Ok(level)
}

fn bounds(orders: &Orders) -> Bounds {
    let threads = u64::from(orders.threads);
    Bounds {
        memory: orders.memory,
        stack: orders.stack,
        cpu: orders.cpu.as_secs(),
        largest_file: 0,
        open_files: 32,
        tasks: (threads > 0).then(|| tasks_of_a_worker() + threads + SPARE_TASKS),
    }
}
