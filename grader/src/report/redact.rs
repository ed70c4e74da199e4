//! What is on a submission -> what its author may see of it. Every format that students read is made from this.
//!
//! Must never: let a name, an input, an answer or an expectation of a hidden check through, or tell students where and how
//! the grader itself failed.

use super::form::{
    CheckReport, DiagnosisReport, ExerciseReport, OutcomeReport, Status, SubmissionReport, VerdictReport,
    VisibilityReport,
};

/// All that students are told of a fault of ours: its words may be those of a hidden check, or of the instructor's machine.
const FAULT: &str = "the grader failed; that is no fault of yours, and no points are lost by it";
const EARLIER: &str = "the grader failed when it graded this again; this is the earlier grade";

/// The report as its author may see it: of public checks all but what is for the instructor, of named ones the name and the
/// verdict, of hidden ones the line in [`ExerciseReport::hidden`].
#[must_use]
pub fn redacted(report: &SubmissionReport) -> SubmissionReport {
    let mut report = report.clone();
    report.exercises.iter_mut().for_each(redact_exercise);
    report.diagnoses.retain(|diagnosis| diagnosis.visible);
    report.diagnoses.iter_mut().for_each(redact_diagnosis);
    report.measured.clear();
    report.fault = report.fault.map(|_| EARLIER.to_owned());
    if report.status == Status::NotGraded {
        report.problem = Some(FAULT.to_owned());
    }
    if let Some(adjustment) = report.grade.as_mut().and_then(|grade| grade.adjustment.as_mut()) {
        adjustment.moved_from = None;
    }
    report
}

/// Whether the hidden checks agree with it is theirs to know.
fn redact_diagnosis(diagnosis: &mut DiagnosisReport) {
    diagnosis.certain = true;
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
        VisibilityReport::Public => redact_fault(check),
        VisibilityReport::Named => redact_named(check),
        VisibilityReport::Hidden => unreachable!("hidden checks are taken out of the exercise"),
    }
}

fn redact_fault(check: &mut CheckReport) {
    if check.verdict == VerdictReport::NotGraded {
        check.feedback = Some(FAULT.to_owned());
        check.outcome = check.outcome.take().map(|outcome| OutcomeReport {
            message: FAULT.to_owned(),
            ..outcome
        });
    }
}

/// Its name, its verdict and what that is worth; whatever else stands in the report is not for students.
fn redact_named(check: &mut CheckReport) {
    check.feedback = named(check.verdict).map(ToOwned::to_owned);
    check.outcome = None;
    check.observed.clear();
    check.functions.clear();
    check.cases = 0;
    check.failing = 0;
}

fn named(verdict: VerdictReport) -> Option<&'static str> {
    match verdict {
        VerdictReport::Pass => None,
        VerdictReport::Fail => Some("failed"),
        VerdictReport::Error => Some("failed with an error"),
        VerdictReport::Skipped => Some("skipped"),
        VerdictReport::NotGraded => Some(FAULT),
    }
}
