//! The child side: the process in which a submission's library is loaded and called.
//!
//! The grader starts its own binary as `grader __worker` with [`Orders`]. Before the library is loaded, the worker moves the
//! protocol away from stdin and stdout (what a submission prints goes to stderr, whichever it names), closes every other
//! descriptor, opens the library and the outbox, loads what submissions' libraries share (the toolchain's code and the
//! instructor's), confines itself, and says with [`READY`] what of that the kernel has taken on: the last word from here
//! that the grader may believe. Then it loads the library, whose constructors run, and answers calls until there are none.
//! It leaves without running anything that the library has left to be run at the end.
//!
//! Replies wait in the [`outbox`] until the calls at hand are done. The grader has them even if the process does not live
//! to send them. There is no secret in a reply that would prove who wrote it: whatever the worker knows, the submission's
//! code can read. What it can forge that way is the answer to a call that it was given, and returning that answer is easier.
//!
//! Must never: get to know an expected value, a spec, the reference or another submission.

pub mod frame;
pub mod outbox;

mod artifact;
#[cfg(target_os = "linux")]
mod attempt;
mod doors;
#[cfg(target_os = "linux")]
mod refusal;
mod serve;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use crate::sandbox::{Isolation, Level, system};

/// The beginning of the first frame from a worker whose doors are closed; its [`Level`] follows.
pub const READY: &[u8] = b"grader worker ready";

/// The first byte of the second frame when the wire form of the library's signature follows.
pub const LOADED: u8 = 0;

/// The first byte of the second frame when the reason follows why the library cannot be used.
pub const UNUSABLE: u8 = 1;

/// What the hidden subcommand is called.
pub const SUBCOMMAND: &str = "__worker";

/// The exit code of a worker that could not get ready.
const NOT_READY: u8 = 70;

/// What a worker is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// It loads a library and answers calls.
    Serve,
    /// It tries what no submission may do, and sends what went through in place of a signature. It loads nothing.
    Probe,
}

impl Task {
    fn name(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Probe => "probe",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Serve, Self::Probe].into_iter().find(|task| task.name() == name)
    }
}

/// What a worker is told on its command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    /// What it is for.
    pub task: Task,
    /// The library.
    pub artifact: PathBuf,
    /// The file for replies on their way.
    pub outbox: PathBuf,
    /// The grader's process.
    pub parent: u32,
    /// Bytes of address space.
    pub memory: u64,
    /// Of that, bytes of the stack.
    pub stack: u64,
    /// CPU time after which the kernel ends the worker if the grader has not.
    pub cpu: Duration,
    /// How many threads the submission may start, at least.
    pub threads: u32,
    /// Whether less than all will do.
    pub isolation: Isolation,
    /// Libraries that the library relies on, each after those that it relies on itself.
    pub shared: Vec<PathBuf>,
}

impl Orders {
    /// The command line, subcommand included.
    #[must_use]
    pub fn arguments(&self) -> Vec<OsString> {
        let mut arguments = vec![
            SUBCOMMAND.into(),
            self.task.name().into(),
            self.artifact.clone().into(),
            self.outbox.clone().into(),
            self.parent.to_string().into(),
            self.memory.to_string().into(),
            self.stack.to_string().into(),
            self.cpu.as_secs().to_string().into(),
            self.threads.to_string().into(),
            self.isolation.name().into(),
        ];
        arguments.extend(self.shared.iter().map(OsString::from));
        arguments
    }

    fn parse(arguments: &[OsString]) -> Option<Self> {
        let [
            task,
            artifact,
            outbox,
            parent,
            memory,
            stack,
            cpu,
            threads,
            isolation,
            shared @ ..,
        ] = arguments
        else {
            return None;
        };
        Some(Self {
            task: Task::from_name(task.to_str()?)?,
            artifact: artifact.into(),
            outbox: outbox.into(),
            parent: number(parent)?,
            memory: number(memory)?,
            stack: number(stack)?,
            cpu: Duration::from_secs(number(cpu)?),
            threads: number(threads)?,
            isolation: Isolation::from_name(isolation.to_str()?)?,
            shared: shared.iter().map(PathBuf::from).collect(),
        })
    }
}

fn number<T: FromStr>(argument: &OsStr) -> Option<T> {
    argument.to_str()?.parse().ok()
}

/// Runs a worker on the arguments that follow [`SUBCOMMAND`]. Returns only if it could not get ready.
#[must_use]
pub fn main(arguments: &[OsString]) -> ExitCode {
    let Some(orders) = Orders::parse(arguments) else {
        return not_ready(&"this subcommand is the grader's own; it is of no use by hand");
    };
    system::on_stack(orders.stack, move || work(&orders)).unwrap_or_else(|error| not_ready(&error))
}

fn work(orders: &Orders) -> ExitCode {
    match (get_ready(orders), orders.task) {
        (Ok(ready), Task::Serve) => {
            let artifact = artifact::name(&ready.artifact, &orders.artifact);
            serve::until_the_end(ready.link, ready.level, &artifact)
        }
        (Ok(ready), Task::Probe) => serve::attempts(ready.link, ready.level, orders.parent),
        (Err(error), _) => not_ready(&error),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the grader reads why a worker could not get ready from here"
)]
fn not_ready(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("the worker could not get ready: {why}");
    ExitCode::from(NOT_READY)
}

/// A worker whose doors are closed.
struct Ready {
    link: serve::Link,
    level: Level,
    artifact: File,
}

fn get_ready(orders: &Orders) -> std::io::Result<Ready> {
    let (requests, replies) = system::take_protocol()?;
    system::close_inherited(&[&requests, &replies])?;
    let replies = outbox::Writer::open(&orders.outbox, replies)?;
    let artifact = File::open(&orders.artifact)?;
    doors::prepare_libraries();
    artifact::share(&orders.shared)?;
    #[cfg(target_os = "linux")]
    refusal::report_to(replies.refused())?;
    let level = doors::shut(orders, &artifact)?;
    Ok(Ready {
        link: serve::Link { requests, replies },
        level,
        artifact,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_survive_the_command_line() {
        let orders = Orders {
            task: Task::Serve,
            artifact: "/a b/libx.so".into(),
            outbox: "/p".into(),
            parent: 1,
            memory: 512 << 20,
            stack: 8 << 20,
            cpu: Duration::from_secs(61),
            threads: 3,
            isolation: Isolation::Required,
            shared: vec!["/libstd.so".into(), "/libshared.so".into()],
        };
        let arguments = orders.arguments();
        assert_eq!(arguments[0], SUBCOMMAND);
        assert_eq!(Orders::parse(&arguments[1..]), Some(orders));
        assert_eq!(Orders::parse(&arguments), None);
        assert_eq!(Orders::parse(&[]), None);
    }
}
