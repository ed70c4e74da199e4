//! `grader diff`: two finished runs -> whose score moved, and why.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::out;
use super::report::open_saved;
use crate::report::{self, Difference};
use crate::store::{Results, Saved};

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The run before: its folder, or its report.json
    old: PathBuf,
    /// The run after
    new: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Like `diff`, it ends with 1 when there is a difference.
pub(super) fn run_diff(arguments: &DiffArguments) -> Result<(), Failure> {
    let internal = |error: std::io::Error| Failure::Internal(format!("error: {error}"));
    let (mut old, mut new) = (open_saved(&arguments.old)?, open_saved(&arguments.new)?);
    let (before, after) = (ids(&old), ids(&new));
    let headers = (old.header().clone(), new.header().clone());
    let pairs = before.union(&after).map(|id| {
        let old = before.contains(id).then(|| old.report(id)).transpose()?;
        let new = after.contains(id).then(|| new.report(id)).transpose()?;
        Ok((old, new))
    });
    let difference = Difference::new(&headers.0, &headers.1, pairs).map_err(internal)?;
    match arguments.format {
        Format::Table => out(|stdout| write!(stdout, "{}", report::difference(&difference)))?,
        Format::Json => {
            let json = serde_json::to_string_pretty(&difference).map_err(|error| internal(error.into()))?;
            out(|stdout| writeln!(stdout, "{json}"))?;
        }
    }
    if difference.is_empty() {
        Ok(())
    } else {
        Err(Failure::Missed("the grades differ".to_owned()))
    }
}

fn ids(saved: &Saved) -> BTreeSet<String> {
    saved.ids().map(ToOwned::to_owned).collect()
}
