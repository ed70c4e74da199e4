//! The child side: the process in which a submission's library is loaded and called.
//!
//! The grader starts its own binary as `grader __worker ARTIFACT OUTBOX MEMORY CPU`. Before the library is loaded, the
//! worker moves the protocol away from stdin and stdout (what a submission prints goes to stderr, whichever it names),
//! closes every other descriptor, limits itself, and says so with [`READY`]: the last word from here that the grader may
//! believe. Then it loads the library, whose constructors run, and answers calls until there are none. It leaves without
//! running anything that the library has left to be run at the end.
//!
//! Replies wait in the [`outbox`] until the calls at hand are done. The grader has them even if the process does not live
//! to send them.
//!
//! Must never: get to know an expected value, a spec, the reference or another submission.

pub mod frame;
pub mod outbox;

mod artifact;
mod doors;
mod serve;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The first frame from a worker whose doors are closed.
pub const READY: &[u8] = b"grader worker ready";

/// The first byte of the second frame when the wire form of the library's signature follows.
pub const LOADED: u8 = 0;

/// The first byte of the second frame when the reason follows why the library cannot be used.
pub const UNUSABLE: u8 = 1;

/// What the hidden subcommand is called.
pub const SUBCOMMAND: &str = "__worker";

/// The exit code of a worker that could not get ready.
const NOT_READY: u8 = 70;

/// What a worker is told on its command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    /// The library.
    pub artifact: PathBuf,
    /// The file for replies on their way.
    pub outbox: PathBuf,
    /// Bytes of address space.
    pub memory: u64,
    /// CPU time after which the kernel ends the worker if the grader has not.
    pub cpu: Duration,
}

impl Orders {
    /// The command line, subcommand included.
    #[must_use]
    pub fn arguments(&self) -> Vec<OsString> {
        vec![
            SUBCOMMAND.into(),
            self.artifact.clone().into(),
            self.outbox.clone().into(),
            self.memory.to_string().into(),
            self.cpu.as_secs().to_string().into(),
        ]
    }

    fn parse(arguments: &[OsString]) -> Option<Self> {
        let [artifact, outbox, memory, cpu] = arguments else {
            return None;
        };
        Some(Self {
            artifact: artifact.into(),
            outbox: outbox.into(),
            memory: memory.to_str()?.parse().ok()?,
            cpu: Duration::from_secs(cpu.to_str()?.parse().ok()?),
        })
    }
}

/// Runs a worker on the arguments that follow [`SUBCOMMAND`]. Returns only if it could not get ready.
#[must_use]
pub fn main(arguments: &[OsString]) -> ExitCode {
    let ready = Orders::parse(arguments)
        .ok_or_else(|| std::io::Error::other("this subcommand is the grader's own; it is of no use by hand"))
        .and_then(|orders| get_ready(&orders).map(|link| (orders, link)));
    match ready {
        Ok((orders, link)) => serve::until_the_end(link, &orders.artifact),
        Err(error) => {
            #[expect(
                clippy::print_stderr,
                reason = "the grader reads why a worker could not get ready from here"
            )]
            {
                eprintln!("the worker could not get ready: {error}");
            }
            ExitCode::from(NOT_READY)
        }
    }
}

fn get_ready(orders: &Orders) -> std::io::Result<serve::Link> {
    let (requests, replies) = doors::move_protocol()?;
    doors::close_others(&requests, &replies)?;
    let replies = outbox::Writer::open(&orders.outbox, replies.into())?;
    check_readable(&orders.artifact)?;
    doors::die_with_parent()?;
    doors::limit(orders.memory, orders.cpu)?;
    Ok(serve::Link {
        requests: requests.into(),
        replies,
    })
}

/// From here on, a library that cannot be loaded is the submission's fault, so that we make sure that it is there.
fn check_readable(artifact: &Path) -> std::io::Result<()> {
    std::fs::File::open(artifact).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_survive_the_command_line() {
        let orders = Orders {
            artifact: "/a b/libx.so".into(),
            outbox: "/p".into(),
            memory: 512 << 20,
            cpu: Duration::from_secs(61),
        };
        let arguments = orders.arguments();
        assert_eq!(arguments[0], SUBCOMMAND);
        assert_eq!(Orders::parse(&arguments[1..]), Some(orders));
        assert_eq!(Orders::parse(&arguments), None);
        assert_eq!(Orders::parse(&[]), None);
    }
}
