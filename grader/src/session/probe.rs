//! What this machine holds a submission back by, found out by a worker of our own.

use std::io;

use super::Settings;
use super::link::Link;
use crate::sandbox::{Isolation, Level};

/// Why submissions are not run on this machine.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// No worker could be started.
    #[error("cannot start a worker: {0}")]
    Start(#[from] io::Error),
    /// A worker does not confine itself.
    #[error(
        "this machine does not isolate submissions: {0}\n\
         isolation takes Linux 5.13 or later with Landlock and seccomp; \
         `--unsafe-no-sandbox` does with what there is, and every report says so"
    )]
    Refused(String),
    /// It does, and it makes no difference.
    #[error(
        "this machine claims to isolate submissions, yet a worker could {0}\n\
         `--unsafe-no-sandbox` runs them all the same, and every report says so"
    )]
    WentThrough(String),
}

/// Starts a worker that tries what no submission may do, and gives what holds submissions back on this machine.
///
/// # Errors
/// When that is not enough for these settings.
pub fn probe(settings: &Settings) -> Result<Level, ProbeError> {
    let mut link = Link::start_probe(settings)?;
    let through = match link.load() {
        Ok(through) => String::from_utf8_lossy(through).into_owned(),
        Err(death) => return Err(ProbeError::Refused(death.cause.words(&settings.limits))),
    };
    let level = link.level();
    match settings.isolation {
        _ if through.is_empty() || !level.is_sound() => Ok(level),
        Isolation::Required => Err(ProbeError::WentThrough(through)),
        // A claim that does not hold is worth nothing.
        Isolation::BestEffort => Ok(Level::default()),
    }
}
