//! Questions about crates that cargo answers without building anything.

use std::io;
use std::path::{Path, PathBuf};

use super::prepare::{LIMITS, users_environment};
use crate::sandbox::{Ending, Job, run};

/// Why cargo has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CargoError {
    /// It does not start.
    #[error("cannot run `cargo`: {0}; is a Rust toolchain installed and on the PATH?")]
    Start(io::Error),
    /// It refuses.
    #[error("`cargo {arguments}` in {folder} says:\n{said}")]
    Refused {
        /// What it was asked.
        arguments: String,
        /// Where.
        folder: PathBuf,
        /// Its own words.
        said: String,
    },
}

/// What `cargo ARGUMENTS` prints in a folder, within the limits of the assignment's own build.
///
/// # Errors
/// When cargo does not start, or does not succeed.
pub fn ask_cargo(arguments: &[&str], folder: &Path) -> Result<String, CargoError> {
    let job = Job {
        program: "cargo".into(),
        arguments: arguments.iter().map(Into::into).collect(),
        environment: users_environment(),
        folder: folder.to_owned(),
    };
    let finished = run(&job, &LIMITS).map_err(CargoError::Start)?;
    match finished.ending {
        Ok(Ending::Exited(0)) => Ok(finished.stdout.text()),
        _ => Err(CargoError::Refused {
            arguments: arguments.join(" "),
            folder: folder.to_owned(),
            said: finished.stderr.text(),
        }),
    }
}
