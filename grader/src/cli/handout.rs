//! `grader handout`: the folder that students get, or the template's `checks.json` alone.

use std::path::{Path, PathBuf};

use clap::Args;
use grader_engine::pack;

use super::failure::Failure;
use super::{CommonArguments, open, out, passing_origin};
use crate::assignment::{Assignment, Origin};
use crate::handout::{HandedOut, HandoutError, hand_out, look};
use crate::store;

#[derive(Debug, Args)]
pub(super) struct HandoutArguments {
    /// The folder to write: new, empty, or a handout, which is refreshed but for what students edit
    #[arg(value_name = "OUT", required_unless_present = "pack", conflicts_with = "pack")]
    to: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArguments,
    /// Refresh the template's checks.json: the public checks and the reference's answers
    #[arg(long)]
    pack: bool,
    /// Write nothing; exit with 1 when checks.json is not up to date
    #[arg(long, requires = "pack")]
    check: bool,
}

pub(super) fn run_handout(arguments: &HandoutArguments) -> Result<(), Failure> {
    if let Some(to) = &arguments.to {
        look(to).map_err(|error| failure(&error))?;
    }
    let assignment = open(&arguments.common)?;
    let origin = passing_origin(&assignment)?;
    match &arguments.to {
        Some(to) => run_hand_out(&assignment, origin, to),
        None => run_pack(&assignment, origin, arguments.check),
    }
}

fn run_hand_out(assignment: &Assignment, origin: &Origin, to: &Path) -> Result<(), Failure> {
    let HandedOut { files, kept } = hand_out(assignment, origin, to).map_err(|error| failure(&error))?;
    out(|stdout| {
        writeln!(stdout, "{}: {files} files", to.display())?;
        for file in kept {
            let file = file.display();
            writeln!(
                stdout,
                "kept {file}, which is not the template's; remove it to get that one"
            )?;
        }
        Ok(())
    })
}

fn run_pack(assignment: &Assignment, origin: &Origin, check: bool) -> Result<(), Failure> {
    let conditions = origin.spec.conditions(origin.contract.clone());
    let text = pack(&assignment.plan, &assignment.answers, &conditions)
        .map_err(|why| Failure::Reference(format!("error: {why}")))?;
    let file = assignment.template.join("checks.json");
    let fresh = std::fs::read(&file).is_ok_and(|old| old == text.as_bytes());
    match (fresh, check) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::Missed(format!(
            "{} is not up to date; run `grader handout --pack`",
            file.display()
        ))),
        (false, false) => store::replace(&file, text.as_bytes())
            .map_err(|error| Failure::Internal(format!("error: cannot write {}: {error}", file.display()))),
    }
}

/// With what a handout that could not be made ends.
fn failure(error: &HandoutError) -> Failure {
    let message = format!("error: {error}");
    match error {
        HandoutError::Pack(_) => Failure::Reference(message),
        HandoutError::Metadata(_) => Failure::Internal(message),
        HandoutError::File(_)
        | HandoutError::Cargo(_)
        | HandoutError::NoCrate(_)
        | HandoutError::Manifest { .. }
        | HandoutError::Source { .. }
        | HandoutError::Odd(_)
        | HandoutError::Reference(_)
        | HandoutError::NoContract(_)
        | HandoutError::Occupied(_)
        | HandoutError::Link(_)
        | HandoutError::InTheWay(_) => Failure::Usage(message),
    }
}
