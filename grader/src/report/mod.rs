//! Grades -> what people and programs read. The only room that prints results.
//!
//! [`Report`] is `report.json`; every other format is rendered from it, so that two formats never disagree. Whatever a student
//! wrote is cleaned of control characters here, once.

mod details;
mod table;

pub use details::details;
pub use table::{summary, table};

use std::collections::BTreeMap;

use grader_engine::feedback::{for_instructor, for_student, hidden_line};
use grader_engine::{Data, Judged, Observed, Outcome, Plan, Score, Scored, Verdict, Visibility};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assignment::Receipt;
use crate::build::Diagnostic;
use crate::grade::{GradeResult, Graded, Measured};

/// The version of the format.
const SCHEMA: &str = "grader/report/v1";
/// How many entries of a list are written before it is cut.
const MAX_ENTRIES: usize = 32;

/// All grades of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// `grader/report/v1`
    pub schema: String,
    /// The assignment's name.
    pub assignment: String,
    /// What the grades depend on.
    pub receipt: ReceiptReport,
    /// What was left aside in the graded folder.
    pub notes: Vec<String>,
    /// Sorted by id.
    pub submissions: Vec<SubmissionReport>,
    /// What differs from run to run.
    pub measured: BTreeMap<String, f64>,
}

/// Equal receipts, equal grades.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptReport {
    /// The grader's version.
    pub grader: String,
    /// BLAKE3 of the spec's text.
    pub spec: String,
    /// BLAKE3 of the contract's source.
    pub contract: String,
    /// BLAKE3 of the reference's source.
    pub reference: String,
    /// The compiler.
    pub toolchain: String,
    /// The seed of the public inputs.
    pub seed: u64,
    /// BLAKE3 of the seed of the hidden inputs.
    pub secret_seed: String,
    /// How far submissions were isolated.
    pub sandbox: String,
}

/// One submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionReport {
    /// The folder's name.
    pub id: String,
    /// What became of it.
    pub status: Status,
    /// Why it was not checked, if it was not.
    pub problem: Option<String>,
    /// What is odd about its folder.
    pub notes: Vec<String>,
    /// BLAKE3 of its source; empty when it was not read.
    pub source: String,
    /// Nothing when the grader failed.
    pub score: Option<ScoreReport>,
    /// In the order of the spec; all of them, also when it was not checked.
    pub exercises: Vec<ExerciseReport>,
    /// What the compiler said, if it refused.
    pub diagnostics: Vec<DiagnosticReport>,
    /// What it printed, cut.
    pub output: String,
    /// What differs from run to run.
    pub measured: BTreeMap<String, f64>,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was checked.
    Graded,
    /// It does not compile.
    BuildFailed,
    /// Its folder holds nothing that could be compiled.
    Unusable,
    /// The grader failed.
    NotGraded,
}

/// Points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreReport {
    /// Earned, bonus included.
    pub earned: f64,
    /// Possible, bonus aside.
    pub possible: f64,
}

/// One exercise of a submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExerciseReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Points earned.
    pub earned: f64,
    /// Points possible.
    pub possible: f64,
    /// Whether its points are extra.
    pub bonus: bool,
    /// What to remember of it.
    pub takeaway: Option<String>,
    /// All that students see of its hidden checks.
    pub hidden: Option<String>,
    /// In the order of the spec; none when the submission was not checked.
    pub checks: Vec<CheckReport>,
}

/// One check of a submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckReport {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What came of it.
    pub verdict: VerdictReport,
    /// How the call ended that decided it, if one was made.
    pub outcome: Option<OutcomeReport>,
    /// What was asked and answered in the case that decided it.
    pub observed: Vec<ObservedReport>,
    /// How many inputs it has.
    pub cases: usize,
    /// On how many of them it does not pass.
    pub failing: usize,
    /// Points earned.
    pub earned: f64,
    /// Points possible.
    pub possible: f64,
    /// What students see of it: `public`, `named` or `hidden`.
    pub visibility: VisibilityReport,
    /// For the student; nothing when it passed or is hidden.
    pub feedback: Option<String>,
    /// For the instructor; nothing when it passed.
    pub detail: Option<String>,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictReport {
    /// Passed.
    Pass,
    /// A value was wrong.
    Fail,
    /// A call did not return.
    Error,
    /// It does not count, because something it builds on did not pass.
    Skipped,
    /// The grader failed.
    NotGraded,
}

/// What students see of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisibilityReport {
    /// Everything.
    Public,
    /// Its name and its verdict.
    Named,
    /// Its share of the points.
    Hidden,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeReport {
    /// `returned`, `panicked`, `not_implemented`, `timed_out`, `out_of_memory`, `crashed`, `exited`, `refused`, `bad_answer` or
    /// `harness_fault`.
    pub kind: String,
    /// In a sentence.
    pub message: String,
}

/// What was asked and answered. Numbers that are not finite are texts: `inf`, `-inf`, `nan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservedReport {
    /// The expression.
    pub call: String,
    /// The values of its names.
    pub inputs: BTreeMap<String, serde_json::Value>,
    /// What came, or null.
    pub got: serde_json::Value,
    /// What was wanted, or null.
    pub want: serde_json::Value,
    /// The numbers that differ most.
    pub worst: Option<WorstReport>,
}

/// A pair of numbers that differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorstReport {
    /// Where in the nested lists.
    pub index: Vec<usize>,
    /// What came.
    pub got: serde_json::Value,
    /// What was wanted.
    pub want: serde_json::Value,
    /// How far apart they are.
    pub difference: serde_json::Value,
    /// How far apart they may be.
    pub allowed: serde_json::Value,
}

/// What the compiler said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiagnosticReport {
    /// In one line.
    pub message: String,
    /// `file:line:column`, or nothing.
    pub place: Option<String>,
    /// As the compiler prints it.
    pub rendered: String,
}

impl Report {
    /// The report of a run.
    #[must_use]
    pub fn new(plan: &Plan, receipt: &Receipt, notes: Vec<String>, graded: &[Graded]) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            assignment: plan.assignment.clone(),
            receipt: receipt.into(),
            notes: notes.iter().map(|note| clean(note)).collect(),
            submissions: graded
                .iter()
                .map(|graded| SubmissionReport::new(plan, graded))
                .collect(),
            measured: BTreeMap::new(),
        }
    }

    /// How many submissions the grader failed on.
    #[must_use]
    pub fn not_graded(&self) -> usize {
        self.submissions
            .iter()
            .filter(|submission| submission.status == Status::NotGraded)
            .count()
    }
}

impl SubmissionReport {
    fn new(plan: &Plan, graded: &Graded) -> Self {
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
            notes: graded.notes.iter().map(|note| clean(note)).collect(),
            source: graded.source.clone(),
            score: (status != Status::NotGraded).then(|| total(plan, scored)),
            exercises: (0..plan.exercises.len())
                .map(|index| ExerciseReport::new(plan, index, scored))
                .collect(),
            diagnostics,
            output: clean(&graded.output),
            measured: measured(&graded.measured),
        }
    }
}

fn measured(measured: &Measured) -> BTreeMap<String, f64> {
    let usage = &measured.usage;
    let peak_memory = usage.peak_memory.map(|bytes| ("peak_memory_bytes", bytes as f64));
    let rest = [
        ("cpu_seconds", usage.cpu.as_secs_f64()),
        ("wall_seconds", usage.wall.as_secs_f64()),
        ("workers", f64::from(measured.workers)),
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
        Self {
            id: check.id.clone(),
            name: check.name.clone(),
            verdict: (&judged.verdict).into(),
            outcome: outcome(&judged.verdict),
            observed: observed(&check.rule.subject().text, judged),
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

/// Control characters, which could make a terminal lie, as their escapes; line breaks and tabs stay.
fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        let harmless = !character.is_control() && !is_bidirectional(character);
        if harmless || character == '\n' || character == '\t' {
            cleaned.push(character);
        } else {
            cleaned.extend(character.escape_unicode());
        }
    }
    cleaned
}

/// What makes text run the other way, and so could show a name or a score that is not there.
fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
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
    fn control_characters_become_visible_and_lines_stay() {
        for (text, want) in [
            ("two\n\tlines é", "two\n\tlines é"),
            ("\u{1b}[2J\u{7}\r", "\\u{1b}[2J\\u{7}\\u{d}"),
            ("100\u{202e}01", "100\\u{202e}01"),
            ("\u{9b}31m", "\\u{9b}31m"),
        ] {
            assert_eq!(clean(text), want);
        }
    }

    #[test]
    fn long_lists_are_cut_also_inside() {
        let long = serde_json::json!([(0..40).collect::<Vec<_>>()]);
        let short = cut(long);
        assert_eq!(short[0].as_array().map(Vec::len), Some(33));
        assert_eq!(short[0][32], "… 8 more");
    }
}
