//! What is on a submission -> what its author may see of it. Every format that students read is made from this.
//!
//! Must never: let a name, an input, an answer or an expectation of a hidden check through.

use super::form::{CheckReport, ExerciseReport, SubmissionReport, VisibilityReport};

/// The report as its author may see it: of public checks all but what is for the instructor, of named ones the name and the
/// verdict, of hidden ones the line in [`ExerciseReport::hidden`].
#[must_use]
pub fn redacted(report: &SubmissionReport) -> SubmissionReport {
    let mut report = report.clone();
    report.exercises.iter_mut().for_each(redact_exercise);
    report.diagnoses.retain(|diagnosis| diagnosis.visible);
    report.measured.clear();
    report
}

fn redact_exercise(exercise: &mut ExerciseReport) {
    exercise
        .checks
        .retain(|check| check.visibility != VisibilityReport::Hidden);
    exercise.checks.iter_mut().for_each(redact_check);
}

fn redact_check(check: &mut CheckReport) {
    check.detail = None;
    match check.visibility {
        VisibilityReport::Public => {}
        VisibilityReport::Named => {
            check.outcome = None;
            check.observed.clear();
            check.cases = 0;
            check.failing = 0;
        }
        VisibilityReport::Hidden => unreachable!("hidden checks are taken out of the exercise"),
    }
}
