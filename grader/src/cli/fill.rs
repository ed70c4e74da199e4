//! `--fill SHEET`: a run -> the sheet that a learning system exported, with the grades in it.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::say;
use crate::gradebook::{Entry, Gradebook};
use crate::report::{SubmissionReport, plural};
use crate::sheet::Sheet;
use crate::store;

#[derive(Debug, Args)]
pub(super) struct FillArguments {
    /// Fill this gradebook (Canvas) or grading worksheet (Moodle), as it was exported, into SHEET.filled.csv beside it
    #[arg(long, value_name = "SHEET.csv")]
    fill: Option<PathBuf>,
    /// The sheet's column for the grades [default: the one with the assignment's name, or Moodle's]
    #[arg(long, value_name = "NAME", requires = "fill")]
    column: Option<String>,
}

impl FillArguments {
    /// Sees whether the sheet can be filled, before the work.
    pub(super) fn check(&self, assignment: &str) -> Result<(), Failure> {
        let read = |file: &PathBuf| self.read(file, assignment).map(drop);
        self.fill.as_ref().map_or(Ok(()), read)
    }

    /// Fills the sheet, if there is one, with what counts in these reports.
    pub(super) fn fill(
        &self,
        assignment: &str,
        reports: impl Iterator<Item = io::Result<SubmissionReport>>,
    ) -> Result<(), Failure> {
        let Some(file) = &self.fill else { return Ok(()) };
        let gradebook = self.read(file, assignment)?;
        let entries: io::Result<Vec<Entry>> = reports.map(|report| report.map(|report| Entry::of(&report))).collect();
        let entries = entries.map_err(|error| Failure::Internal(format!("error: cannot read the run: {error}")))?;
        let filled = gradebook.fill(&entries).map_err(|error| refused(&error))?;
        let target = file.with_extension("filled.csv");
        store::replace(&target, filled.text.as_bytes())
            .map_err(|error| Failure::Usage(format!("error: cannot write {}: {error}", target.display())))?;
        say(&format!(
            "filled {} in {}",
            plural(filled.rows, "row"),
            target.display()
        ));
        filled.notes.iter().for_each(|note| say(&format!("  {note}")));
        Ok(())
    }

    fn read(&self, file: &Path, assignment: &str) -> Result<Gradebook, Failure> {
        let sheet = Sheet::open(file).map_err(|error| refused(&error))?;
        Gradebook::read(sheet, assignment, self.column.as_deref()).map_err(|error| refused(&error))
    }
}

fn refused(error: &dyn std::error::Error) -> Failure {
    Failure::Usage(format!("error: {error}"))
}
