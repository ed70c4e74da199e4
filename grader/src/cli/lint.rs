//! `grader lint`: is the spec fit to be graded with?

use clap::Args;

use super::failure::Failure;
use super::{CommonArguments, open, out, passing_origin};
use crate::lint::lint;
use crate::report::plural;

#[derive(Debug, Args)]
pub(super) struct LintArguments {
    #[command(flatten)]
    common: CommonArguments,
    /// On how many other seeds the reference has to pass too
    #[arg(long, value_name = "N", default_value_t = 5)]
    seeds: u64,
}

pub(super) fn run_lint(arguments: &LintArguments) -> Result<(), Failure> {
    let assignment = open(&arguments.common)?;
    let origin = passing_origin(&assignment)?;
    let findings = lint(&assignment, origin, arguments.seeds).map_err(|errors| Failure::Usage(errors.to_string()))?;
    out(|stdout| {
        findings.iter().try_for_each(|finding| writeln!(stdout, "{finding}"))?;
        writeln!(
            stdout,
            "{}: {} in {}",
            assignment.plan.assignment,
            plural(findings.len(), "finding"),
            plural(assignment.plan.checks.len(), "check")
        )
    })?;
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Failure::Missed(format!(
            "{} to mend",
            plural(findings.len(), "finding")
        )))
    }
}
