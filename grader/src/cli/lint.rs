//! `grader lint`: is the spec fit to be graded with?

use clap::Args;

use super::failure::Failure;
use super::grade::reference_failure;
use super::{CommonArguments, open, origin, out};
use crate::grade::grade_reference;
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
    let origin = origin(&assignment)?;
    grade_reference(&assignment, origin).map_err(|failed| reference_failure(&assignment, &failed.graded))?;
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
