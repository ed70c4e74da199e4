//! Submissions to libraries: one direct `rustc` each, with the flags that cargo itself uses for the template.
//!
//! [`Recipe::prepare`] has cargo build what the template depends on, once, and records how cargo would compile the
//! template. [`Recipe::compile`] replays that on a copy of a submission's source. What the compiler says about a
//! submission is data ([`Compiled`]); an error here is the instructor's or the machine's.
//!
//! Must never: run anything that a submission brought along (manifest, build script, cargo or toolchain configuration),
//! or let the user's own flags and wrappers leak into a student's build.

mod beside;
mod cargo;
mod cell;
mod compile;
mod diagnostic;
mod direct;
mod key;
mod libraries;
mod once;
mod prepare;
mod prepared;
mod record;
mod stamp;
mod toolchain;

pub use beside::BesideError;
pub use cargo::{CargoError, ask_cargo};
pub use cell::{SUBCOMMAND, main};
pub use compile::{CompileError, Compiled};
pub use diagnostic::{Diagnostic, Level};
pub use once::Built;
pub use prepare::PrepareError;
pub use record::record_if_asked;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use grader_engine::spec::UnsafeCode;

use crate::sandbox::{Access, Isolation};
use direct::Direct;
use libraries::Libraries;

/// What an assignment says about building.
#[derive(Debug, Clone)]
pub struct Options {
    /// The grader's own binary, which cargo starts in place of `rustc` to record flags.
    pub grader: PathBuf,
    /// rustc's opt-level for submissions; overflow checks stay on.
    pub opt_level: u8,
    /// Whether submissions may contain unsafe code.
    pub unsafe_code: UnsafeCode,
    /// CPU time of one compilation.
    pub limit: Duration,
    /// The contract's folder. Students have it, and the compiler quotes from its `src`.
    pub contract: PathBuf,
    /// Whether the compiler has to be held back by all that there is.
    pub isolation: Isolation,
}

/// How to compile a submission to one assignment.
#[derive(Debug, Clone)]
pub struct Recipe {
    rustc: PathBuf,
    toolchain: String,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    /// What the compiler may reach for any submission.
    places: Vec<(Access, PathBuf)>,
    /// What submissions are compiled against; kept as long as there is a recipe.
    libraries: Arc<Libraries>,
    /// What links safe submissions, where there is such a thing.
    direct: Option<Arc<Direct>>,
    key: String,
    options: Options,
}

impl Recipe {
    /// The compiler's own words on its version.
    #[must_use]
    pub fn toolchain(&self) -> &str {
        &self.toolchain
    }

    /// The libraries that a worker loads before an artifact, in this order. They are gone with the last of this recipe's
    /// clones.
    #[must_use]
    pub fn shared(&self) -> &[PathBuf] {
        self.direct.as_ref().map_or(&[], |direct| &direct.shared)
    }

    /// The hash, in hexadecimal, of everything but the source that decides what a compilation makes: equal keys and equal
    /// sources, equal artifacts, wherever the cache is.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}
