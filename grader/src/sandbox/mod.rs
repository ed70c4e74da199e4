//! Other programs, within limits: a job in, how it ended out. The only room that starts processes.
//!
//! A child gets the environment that its job names and nothing else, three pipes, and a process group of its own. Its
//! CPU time is limited, so that a loaded machine changes nothing; [`PATIENCE`] times that is the limit on the wall clock,
//! for children that sleep, less the time for which they waited for a processor. Whatever happens, the whole group is killed and the child is reaped.
//!
//! What differs between systems stands in `system`, `child` and `confine`, a file for each. On Windows a job object takes the
//! place of the process group.
//!
//! Must never: leave a process behind, wait without a limit, or hold more of a child's output than it was asked to keep.

mod capture;
mod child;
mod confine;
#[cfg(windows)]
mod job;
mod level;
mod run;
pub(crate) mod system;

pub use capture::{Capture, MAX_OUTPUT};
pub use child::{Child, Ending, Job, Usage};
pub use confine::prepare_grader;
pub use level::{Isolation, Level};
pub use run::{Finished, Limit, Limits, run};

pub(crate) use capture::{Reading, read_some};
pub(crate) use child::Wanted;
pub(crate) use confine::{Access, Bounds, Calls, Confinement, Opening, Root, meaning, tasks_of_a_worker};

/// How many times longer than its CPU limit a child may take by the clock on the wall, while it does not wait for a
/// processor.
pub const PATIENCE: u32 = 10;
