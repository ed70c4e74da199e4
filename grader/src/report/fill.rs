//! Grades -> the form. The only place where what a student wrote enters a report, and so the place where it is cleaned.

use std::collections::BTreeMap;

use grader_abi::Signature;
use grader_engine::feedback::{for_instructor, for_student, hidden_line};
use grader_engine::{Data, Judged, Observed, Outcome, Plan, Score, Scored, Verdict, Visibility};

use super::clean::clean;
use super::form::{
    CheckReport, DiagnosisReport, DiagnosticReport, ExerciseHeader, ExerciseReport, Header, ObservedReport,
    OutcomeReport, ReceiptReport, ScoreReport, Status, SubmissionReport, VerdictReport, VisibilityReport, WorstReport,
};
use crate::assignment::Receipt;
use crate::build::Diagnostic;
use crate::grade::{GradeResult, Graded, Match, Measured};

/// The version of the format.
pub(crate) const SCHEMA: &str = "grader/report/v1";
/// How many entries of a list are written before it is cut.
const MAX_ENTRIES: usize = 32;

impl Header {
    /// The head of a run's report.
    #[must_use]
    pub fn new(plan: &Plan, receipt: &Receipt, notes: &[String]) -> Self {
        let exercises = plan.exercises.iter().map(|exercise| ExerciseHeader {
            id: exercise.id.clone(),
            title: exercise.title.clone(),
            possible: exercise.points.as_f64(),
            bonus: exercise.bonus,
        });
        Self {
            schema: SCHEMA.to_owned(),
            assignment: plan.assignment.clone(),
            receipt: receipt.into(),
            exercises: exercises.collect(),
            notes: notes.iter().map(|note| clean(note)).collect(),
        }
    }
}

impl SubmissionReport {
    /// What is reported of a submission.
    #[must_use]
    pub fn new(plan: &Plan, graded: &Graded, diagnoses: &[DiagnosisReport]) -> Self {
        let (status, problem) = match &graded.result {
            GradeResult::Graded(scored) if scored.is_not_graded() => (Status::NotGraded, not_graded_because(scored)),
            GradeResult::Graded(_) => (Status::Graded, None),
            GradeResult::BuildFailed { why, .. } => (Status::BuildFailed, Some(why.clone())),
            GradeResult::Unusable(why) => (Status::Unusable, Some(why.clone())),
            GradeResult::NotGraded(why) => (Status::NotGraded, Some(why.clone())),
        };
        let scored = match &graded.result {
            GradeResult::Graded(scored) => Some(&**scored),
            GradeResult::BuildFailed { .. } | GradeResult::Unusable(_) | GradeResult::NotGraded(_) => None,
        };
        let diagnostics = match &graded.result {
            GradeResult::BuildFailed { diagnostics, .. } => diagnostics.iter().map(Into::into).collect(),
            GradeResult::Graded(_) | GradeResult::Unusable(_) | GradeResult::NotGraded(_) => Vec::new(),
        };
        Self {
            id: graded.id.clone(),
            status,
            problem: problem.map(|problem| clean(&problem)),
            fault: None,
            notes: graded.notes.iter().map(|note| clean(note)).collect(),
            source: graded.source.clone(),
            score: (status != Status::NotGraded).then(|| total(plan, scored)),
            exercises: (0..plan.exercises.len())
                .map(|index| ExerciseReport::new(plan, index, scored))
                .collect(),
            diagnoses: diagnoses.to_vec(),
            diagnostics,
            output: clean(&graded.output),
            measured: measured(&graded.measured),
            places: places(graded),
            student: None,
            submitted: None,
            grade: None,
        }
    }
}

/// What is reported of wrong solutions that a submission turns out to be.
#[must_use]
pub fn diagnoses(signature: &Signature, matches: &[Match<'_>], told: bool) -> Vec<DiagnosisReport> {
    let report = |found: &Match<'_>| DiagnosisReport {
        function: signature.functions[found.function as usize].name.clone(),
        id: found.label.id.clone(),
        name: found.label.name.clone(),
        misconception: found.label.misconception.clone(),
        hint: found.label.hint.clone(),
        visible: found.open && told,
        certain: found.everywhere,
    };
    matches.iter().map(report).collect()
}

fn places(graded: &Graded) -> BTreeMap<String, String> {
    let places = graded.places.iter();
    places
        .map(|(function, place)| (function.clone(), clean(&place.to_string())))
        .collect()
}

fn measured(measured: &Measured) -> BTreeMap<String, f64> {
    let usage = &measured.usage;
    let peak_memory = usage.peak_memory.map(|bytes| ("peak_memory_bytes", bytes as f64));
    let rest = [
        ("cpu_seconds", usage.cpu.as_secs_f64()),
        ("wall_seconds", usage.wall.as_secs_f64()),
        ("workers", f64::from(measured.workers)),
        ("built", f64::from(u8::from(measured.built))),
        ("passed_seconds", measured.passed.as_secs_f64()),
    ];
    rest.into_iter()
        .chain(peak_memory)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn not_graded_because(scored: &Scored) -> Option<String> {
    scored.checks.iter().find_map(|(judged, _)| match &judged.verdict {
        Verdict::NotGraded { why } => Some(why.clone()),
        Verdict::Pass | Verdict::Fail { .. } | Verdict::Error { .. } | Verdict::Skipped { .. } => None,
    })
}

/// What cannot be built earns nothing of all that is possible.
fn total(plan: &Plan, scored: Option<&Scored>) -> ScoreReport {
    let nothing = || Score {
        possible: plan.points(),
        ..Score::default()
    };
    let score = scored.map_or_else(nothing, |scored| scored.total);
    ScoreReport {
        earned: score.earned.as_f64(),
        possible: score.possible.as_f64(),
    }
}

impl ExerciseReport {
    fn new(plan: &Plan, index: usize, scored: Option<&Scored>) -> Self {
        let exercise = &plan.exercises[index];
        let earned = scored.map_or(0.0, |scored| scored.exercises[index].earned.as_f64());
        let checks = scored.map_or_else(Vec::new, |scored| {
            plan.checks_of(index)
                .into_iter()
                .map(|check| CheckReport::new(plan, check, &scored.checks[check]))
                .collect()
        });
        Self {
            id: exercise.id.clone(),
            title: exercise.title.clone(),
            earned,
            possible: exercise.points.as_f64(),
            bonus: exercise.bonus,
            takeaway: exercise.takeaway.clone(),
            hidden: scored.and_then(|scored| hidden_line(plan, index, scored)),
            checks,
        }
    }
}

impl CheckReport {
    fn new(plan: &Plan, index: usize, (judged, score): &(Judged, Score)) -> Self {
        let check = &plan.checks[index];
        let text = |text: Option<String>| text.map(|text| clean(&text));
        let signature = &plan.signature.functions;
        let functions = check.rule.student_functions().into_iter();
        Self {
            id: check.id.clone(),
            name: check.name.clone(),
            functions: functions
                .map(|function| signature[function as usize].name.clone())
                .collect(),
            verdict: (&judged.verdict).into(),
            outcome: outcome(&judged.verdict),
            observed: observed(&check.rule.text(), judged),
            cases: judged.cases,
            failing: judged.failing,
            earned: score.earned.as_f64(),
            possible: score.possible.as_f64(),
            visibility: check.visibility.into(),
            feedback: text(for_student(check, judged)),
            detail: text(for_instructor(check, judged)),
        }
    }
}

fn outcome(verdict: &Verdict) -> Option<OutcomeReport> {
    match verdict {
        Verdict::Pass | Verdict::Fail { .. } => Some(OutcomeReport {
            kind: "returned".to_owned(),
            message: String::new(),
        }),
        Verdict::Error { outcome, .. } => Some(OutcomeReport {
            kind: outcome.kind().to_owned(),
            message: clean(&outcome.to_string()),
        }),
        Verdict::Skipped { .. } => None,
        Verdict::NotGraded { why } => Some(OutcomeReport {
            kind: Outcome::HARNESS_FAULT.to_owned(),
            message: clean(why),
        }),
    }
}

fn observed(call: &str, judged: &Judged) -> Vec<ObservedReport> {
    if judged.cases == 0 {
        return Vec::new();
    }
    let Observed {
        inputs,
        got,
        want,
        worst,
    } = &judged.observed;
    let real = |real: f64| json(&Data::from(&grader_abi::Value::Real(real)));
    vec![ObservedReport {
        call: call.to_owned(),
        inputs: inputs
            .iter()
            .map(|(name, value)| (name.clone(), json(&value.into())))
            .collect(),
        got: got
            .as_ref()
            .map_or(serde_json::Value::Null, |value| json(&value.into())),
        want: want
            .as_ref()
            .map_or(serde_json::Value::Null, |value| json(&value.into())),
        worst: worst.as_ref().map(|worst| WorstReport {
            index: worst.index.clone(),
            got: real(worst.got),
            want: real(worst.want),
            difference: real(worst.difference),
            allowed: real(worst.allowed),
        }),
    }]
}

fn json(data: &Data) -> serde_json::Value {
    cut(serde_json::to_value(data).unwrap_or(serde_json::Value::Null))
}

/// Long lists are cut, and say so.
fn cut(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Array(items) => {
            let more = items.len().saturating_sub(MAX_ENTRIES);
            let mut kept: Vec<serde_json::Value> = items.into_iter().take(MAX_ENTRIES).map(cut).collect();
            if more > 0 {
                kept.push(format!("… {more} more").into());
            }
            kept.into()
        }
        serde_json::Value::String(text) => clean(&text).into(),
        other => other,
    }
}

impl From<&Receipt> for ReceiptReport {
    fn from(receipt: &Receipt) -> Self {
        Self {
            grader: env!("CARGO_PKG_VERSION").to_owned(),
            spec: receipt.spec.clone(),
            contract: receipt.contract.clone(),
            reference: receipt.reference.clone(),
            toolchain: receipt.toolchain.clone(),
            seed: receipt.seed,
            secret_seed: receipt.secret_seed.clone(),
            sandbox: receipt.sandbox.clone(),
        }
    }
}

impl From<&Diagnostic> for DiagnosticReport {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            message: clean(&diagnostic.message),
            place: diagnostic.place.as_ref().map(|place| clean(&place.to_string())),
            rendered: clean(&diagnostic.rendered),
        }
    }
}

impl From<&Verdict> for VerdictReport {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Fail { .. } => Self::Fail,
            Verdict::Error { .. } => Self::Error,
            Verdict::Skipped { .. } => Self::Skipped,
            Verdict::NotGraded { .. } => Self::NotGraded,
        }
    }
}

impl From<Visibility> for VisibilityReport {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Public,
            Visibility::Named => Self::Named,
            Visibility::Hidden => Self::Hidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_also_inside() {
        let long = serde_json::json!([(0..40).collect::<Vec<_>>()]);
        let short = cut(long);
        assert_eq!(short[0].as_array().map(Vec::len), Some(33));
        assert_eq!(short[0][32], "… 8 more");
    }
}
