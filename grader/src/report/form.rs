//! The form of `report.json`: what it says, nothing on how it comes about. Fields are added, never renamed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// In the order of the spec.
    pub exercises: Vec<ExerciseHeader>,
    /// What was left aside in the graded folder.
    pub notes: Vec<String>,
    /// Sorted by id.
    pub submissions: Vec<SubmissionReport>,
    /// What differs from run to run.
    pub measured: BTreeMap<String, f64>,
}

/// What a report says of the run as a whole: a [`Report`] without its submissions, which may be many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// `grader/report/v1`
    pub schema: String,
    /// The assignment's name.
    pub assignment: String,
    /// What the grades depend on.
    pub receipt: ReceiptReport,
    /// In the order of the spec.
    pub exercises: Vec<ExerciseHeader>,
    /// What was left aside in the graded folder.
    pub notes: Vec<String>,
}

/// One exercise of the assignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExerciseHeader {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Points possible.
    pub possible: f64,
    /// Whether its points are extra.
    pub bonus: bool,
}

/// Equal receipts, equal grades.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Why the grader failed on it this time, when what is said here is from an earlier run.
    pub fault: Option<String>,
    /// What is odd about its folder.
    pub notes: Vec<String>,
    /// BLAKE3 of its source; empty when it was not read.
    pub source: String,
    /// Nothing when the grader failed.
    pub score: Option<ScoreReport>,
    /// In the order of the spec; all of them, also when it was not checked.
    pub exercises: Vec<ExerciseReport>,
    /// The labelled wrong solutions whose answers it gives.
    pub diagnoses: Vec<DiagnosisReport>,
    /// What the compiler said, if it refused.
    pub diagnostics: Vec<DiagnosticReport>,
    /// What it printed, cut.
    pub output: String,
    /// What differs from run to run.
    pub measured: BTreeMap<String, f64>,
    /// Where its source defines the functions of the contract: `src/lib.rs:12`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<String, String>,
    /// Who handed it in, as far as the learning system or the roster says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student: Option<StudentReport>,
    /// When it was handed in, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<SubmittedReport>,
    /// What counts: the score after the assignment's policy and the instructor's adjustments. Without it, the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<GradeReport>,
}

/// A student, as the learning system or the roster knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudentReport {
    /// Their full name.
    pub name: Option<String>,
    /// Their id in the learning system.
    pub id: Option<String>,
    /// Their address.
    pub email: Option<String>,
}

/// When a submission was handed in. Grading it again never changes this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmittedReport {
    /// As RFC 3339, in UTC, if it is known.
    pub at: Option<String>,
    /// Whether the learning system marks it as late.
    pub late: bool,
    /// Who says so: `name`, `commit` or the name of a file.
    pub source: String,
}

/// What counts of a submission, and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeReport {
    /// What goes into the gradebook; nothing when it is excused or was not graded.
    pub points: Option<f64>,
    /// Points possible.
    pub possible: f64,
    /// Whether the student is excused.
    pub excused: bool,
    /// What was taken off for being late.
    pub late: Option<LateReport>,
    /// What the instructor changed by hand.
    pub adjustment: Option<AdjustmentReport>,
}

/// What was taken off for being late.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LateReport {
    /// How late, in seconds after the deadline; nothing when only the learning system's mark is known.
    pub seconds: Option<u64>,
    /// Points taken off.
    pub penalty: f64,
    /// In words: `1 day and 2 hours late: 2 days at 10 %`.
    pub why: String,
}

/// What the instructor changed by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentReport {
    /// Why, for the student.
    pub comment: String,
    /// The automatic score that the instructor saw, when it is another one by now.
    pub moved_from: Option<f64>,
}

impl SubmissionReport {
    /// What counts: points earned, or nothing when there is no grade.
    #[must_use]
    pub fn points(&self) -> Option<f64> {
        match &self.grade {
            Some(grade) => grade.points,
            None => self.score.map(|score| score.earned),
        }
    }
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
    /// The functions of the contract that it asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<String>,
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

/// A labelled wrong solution whose answers a submission gives, wherever it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiagnosisReport {
    /// The function.
    pub function: String,
    /// The wrong solution's id.
    pub id: String,
    /// What is wrong, in a few words.
    pub name: String,
    /// What somebody believes who writes this.
    pub misconception: String,
    /// What helps them.
    pub hint: String,
    /// Whether the checks that students see show it, and students may be told.
    pub visible: bool,
    /// Whether the hidden checks agree; if they do not, it is another one that looks the same in the others.
    pub certain: bool,
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
