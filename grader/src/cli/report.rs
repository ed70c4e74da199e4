//! `grader report`: a finished run -> the same in other formats. Nothing is built, and no assignment is needed.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::fill::FillArguments;
use super::output::{OutputArguments, Shown, chosen, print_details, unknown};
use super::say;
use crate::store::{Results, Saved};

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// The folder that was given to `grader grade --out`, or a report.json
    run: PathBuf,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    fill: FillArguments,
    /// Only this submission
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Print this submission in full; without a value, all of them
    #[arg(long, value_name = "ID", num_args = 0.., conflicts_with = "format")]
    details: Option<Vec<String>>,
}

pub(super) fn run_report(arguments: &ReportArguments) -> Result<(), Failure> {
    let mut saved = open_saved(&arguments.run)?;
    let ids: Vec<String> = saved.ids().map(ToOwned::to_owned).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    unknown(&ids, arguments.only.iter().chain(arguments.details.iter().flatten()))?;
    let only = chosen(&ids, &arguments.only);
    arguments.output.check(only.len(), Some(&arguments.run))?;
    let assignment = saved.header().assignment.clone();
    arguments.fill.check(&assignment)?;
    match &arguments.details {
        Some(names) => print_details(&mut saved, &chosen(&ids, names))?,
        None => arguments.output.show(&mut Shown {
            results: &mut saved,
            all: &only,
            chosen: &only,
        })?,
    }
    arguments.fill.fill(&assignment, ids.iter().map(|id| saved.report(id)))
}

pub(super) fn open_saved(path: &Path) -> Result<Saved, Failure> {
    let saved = Saved::open(path).map_err(|error| Failure::Usage(format!("error: {error}")))?;
    if saved.is_overtaken() {
        say(&format!(
            "warning: another run has begun in {} and not ended; this is the report of the one before",
            path.display()
        ));
    }
    Ok(saved)
}
