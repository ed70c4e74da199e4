//! The sample class: one folder per behaviour, one row per folder.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use grader::report::{Report, Status, SubmissionReport, VerdictReport};

use crate::files::{copy, folders, repository, submission, temporary};
use crate::run::{Run, grade, of, unmeasured};

/// What is expected of a sample submission.
struct Row {
    folder: &'static str,
    status: Status,
    /// Earned in each exercise.
    points: [f64; 10],
    /// The functions that are wrong.
    breaks: &'static [&'static str],
}

const fn graded(folder: &'static str, points: [f64; 10], breaks: &'static [&'static str]) -> Row {
    Row {
        folder,
        status: Status::Graded,
        points,
        breaks,
    }
}

const fn refused(folder: &'static str, status: Status) -> Row {
    Row {
        folder,
        status,
        points: [0.0; 10],
        breaks: &[],
    }
}

const FULL: [f64; 10] = [10.0; 10];

#[rustfmt::skip] // One row per folder.
const CLASS: &[Row] = &[
    graded("aborts", [10.0, 10.0, 6.67, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0], &["binary_cross_entropy"]),
    graded("correct-chatty", FULL, &[]),
    graded("correct-differently", FULL, &[]),
    refused("does-not-compile", Status::BuildFailed),
    refused("empty", Status::Unusable),
    graded("endless-loop", [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0], &["perplexity"]),
    graded("fake-score-exit", [5.56, 10.0, 10.0, 10.0, 10.0, 10.0, 7.0, 10.0, 10.0, 10.0], &["entropy"]),
    graded("gradient-without-one-hot", [10.0, 10.0, 10.0, 4.66, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0], &["softmax_cross_entropy_gradient"]),
    graded("half-done", [10.0, 10.0, 10.0, 10.0, 0.0, 1.67, 2.0, 0.0, 2.0, 0.0],
        &["log_softmax", "perplexity", "perplexity_from_probs", "label_smoothing", "smoothed_cross_entropy", "masked_mean"]),
    graded("kl-reversed", [5.57, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0], &["kl_divergence"]),
    graded("log-base-2", [1.67, 5.71, 1.11, 7.34, 2.22, 4.17, 9.0, 10.0, 2.0, 10.0],
        &["entropy", "cross_entropy", "kl_divergence", "binary_cross_entropy", "log_softmax", "softmax_cross_entropy",
          "perplexity_from_probs", "smoothed_cross_entropy"]),
    graded("masked-full-length", [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 1.82, 10.0, 10.0], &["masked_mean"]),
    refused("missing-function", Status::BuildFailed),
    graded("naive-softmax", [10.0, 10.0, 10.0, 10.0, 10.0, 2.5, 10.0, 10.0, 9.0, 10.0], &["softmax", "log_softmax", "smoothed_cross_entropy"]),
    graded("nan-everywhere", [0.0; 10], FUNCTIONS),
    graded("no-zero-mask", [5.01, 10.0, 10.0, 10.0, 10.0, 10.0, 8.0, 10.0, 10.0, 10.0], &["entropy", "cross_entropy", "kl_divergence"]),
    graded("notebook-port", FULL, &[]),
    graded("panics", [5.01, 4.29, 10.0, 10.0, 10.0, 10.0, 6.0, 0.0, 10.0, 0.0],
        &["entropy", "kl_divergence", "one_hot", "perplexity", "masked_mean"]),
    graded("stack-overflow", [5.56, 10.0, 10.0, 10.0, 10.0, 10.0, 7.0, 10.0, 10.0, 10.0], &["entropy"]),
    graded("untouched", [0.0; 10], FUNCTIONS),
    graded("wrong-lengths", [10.0, 1.43, 10.0, 2.66, 10.0, 0.0, 2.0, 10.0, 8.0, 10.0],
        &["one_hot", "softmax", "log_softmax", "softmax_cross_entropy_gradient", "label_smoothing"]),
];

const FUNCTIONS: &[&str] = &[
    "entropy",
    "cross_entropy",
    "kl_divergence",
    "one_hot",
    "binary_cross_entropy",
    "softmax",
    "log_softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_gradient",
    "perplexity",
    "perplexity_from_probs",
    "label_smoothing",
    "smoothed_cross_entropy",
    "masked_mean",
];

/// What a submission earns in all, by its row.
pub(crate) fn earned(folder: &str) -> f64 {
    let row = CLASS.iter().find(|row| row.folder == folder).unwrap();
    row.points.iter().map(|points| (points * 100.0).round()).sum::<f64>() / 100.0
}

/// The class, graded once for all tests that look at it.
static GRADED: LazyLock<(Run, String)> = LazyLock::new(|| grade_class("1"));

/// A table of the class and the report that it is made from, nothing of which was made before.
fn grade_class(jobs: &str) -> (Run, String) {
    let out = temporary();
    let run = grade(
        &repository().join("tests/submissions"),
        ["--fresh", "--jobs", jobs, "--out", out.path().to_str().unwrap()],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    (run, std::fs::read_to_string(out.path().join("report.json")).unwrap())
}

fn class_report() -> Report {
    serde_json::from_str(&GRADED.1).unwrap()
}

/// Whether a check's expression calls a function of the student's.
fn asks(call: &str, function: &str) -> bool {
    call.match_indices(function).any(|(at, _)| {
        let before = &call[..at];
        let whole = !before.ends_with(|character: char| character.is_alphanumeric() || character == '_');
        whole && !before.ends_with("reference.") && call[at + function.len()..].starts_with('(')
    })
}

/// The expressions of the checks that do not pass, with the checks' ids.
fn lost(submission: &SubmissionReport) -> Vec<(&str, &str)> {
    let checks = submission.exercises.iter().flat_map(|exercise| &exercise.checks);
    let lost = checks.filter(|check| check.verdict != VerdictReport::Pass);
    lost.map(|check| (check.id.as_str(), check.observed[0].call.as_str()))
        .collect()
}

#[test]
fn every_folder_has_a_row_and_every_row_a_folder() {
    let rows: Vec<&str> = CLASS.iter().map(|row| row.folder).collect();
    assert_eq!(folders(&repository().join("tests/submissions")), rows);
    let report = class_report();
    let reported: Vec<&str> = report.submissions.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(reported, rows);
}

#[test]
fn each_submission_earns_what_it_should_in_each_exercise() {
    let report = class_report();
    for row in CLASS {
        let submission = of(&report, row.folder);
        let points: Vec<f64> = submission.exercises.iter().map(|exercise| exercise.earned).collect();
        assert_eq!(
            (submission.status, &points[..]),
            (row.status, &row.points[..]),
            "{}",
            row.folder
        );
        assert_eq!(submission.score.unwrap().earned, earned(row.folder), "{}", row.folder);
    }
}

#[test]
fn a_submission_loses_points_on_the_functions_that_it_breaks_and_nowhere_else() {
    let report = class_report();
    for row in CLASS.iter().filter(|row| row.status == Status::Graded) {
        let lost = lost(of(&report, row.folder));
        for (id, call) in &lost {
            let at_fault = row.breaks.iter().any(|function| asks(call, function));
            assert!(at_fault, "{} loses {id}: {call}", row.folder);
        }
        for function in row.breaks {
            let noticed = lost.iter().any(|(_, call)| asks(call, function));
            assert!(noticed, "nothing notices that {} breaks {function}", row.folder);
        }
    }
}

#[test]
fn every_function_of_the_contract_is_asked_and_expressions_are_read_right() {
    let report = class_report();
    let reference_free = of(&report, "correct-differently");
    let calls: BTreeSet<&str> = reference_free
        .exercises
        .iter()
        .flat_map(|exercise| &exercise.checks)
        .map(|check| check.observed[0].call.as_str())
        .collect();
    for function in FUNCTIONS {
        assert!(calls.iter().any(|call| asks(call, function)), "{function}");
    }
    assert!(!asks("log_softmax(z) == reference.softmax(z)", "softmax"));
}

#[test]
fn what_a_submission_prints_is_no_score() {
    let report = class_report();
    let faker = of(&report, "fake-score-exit");
    assert!(faker.output.contains("100"), "{}", faker.output);
    assert_eq!(faker.score.unwrap().earned, earned("fake-score-exit"));
}

#[test]
fn the_class_table() {
    insta::assert_snapshot!(GRADED.0.stdout);
}

#[test]
fn progress_is_told_on_stderr_and_results_on_stdout() {
    let mut lines: Vec<&str> = GRADED.0.stderr.lines().collect();
    let summary = lines.pop().unwrap();
    assert!(summary.starts_with("21 submissions in "), "{summary}");
    assert!(
        summary.contains(": 20 built, 1 from the cache, 0 unchanged; slowest: endless-loop "),
        "{summary}"
    );
    assert!(summary.ends_with(", 2 not compiling, 1 unusable"), "{summary}");
    assert_eq!(lines.len(), CLASS.len());
    for (number, line) in (1..).zip(lines) {
        assert!(line.starts_with("graded "), "{line}");
        assert!(
            line.contains(&format!(" ({number} of 21): ")) && line.contains("/s, "),
            "{line}"
        );
    }
}

/// The text of a report without what is measured.
fn lasting(report: &str) -> String {
    let report = unmeasured(serde_json::from_str(report).unwrap());
    serde_json::to_string_pretty(&report).unwrap()
}

/// Like `assert_eq!`, but shows the first line that differs, of very many.
#[track_caller]
fn assert_same(left: &str, right: &str) {
    let differs = left.lines().zip(right.lines()).find(|(left, right)| left != right);
    assert_eq!(differs, None);
    assert!(left == right, "one is longer");
}

#[test]
fn the_same_class_gives_the_same_bytes_on_one_thread_and_on_eight() {
    let (run, report) = grade_class("8");
    assert_eq!(run.stdout, GRADED.0.stdout);
    assert_same(&lasting(&report), &lasting(&GRADED.1));
}

#[test]
fn no_grade_depends_on_the_order() {
    let renamed = temporary();
    let name = |index: usize, row: &Row| format!("{:02}-{}", CLASS.len() - index, row.folder);
    for (index, row) in CLASS.iter().enumerate() {
        copy(&submission(row.folder), &renamed.path().join(name(index, row)));
    }
    let renamed = grade(renamed.path(), ["--fresh", "--format", "json"]).report();
    let (renamed, class) = (unmeasured(renamed), unmeasured(class_report()));
    for (index, row) in CLASS.iter().enumerate() {
        let mut one = of(&renamed, &name(index, row)).clone();
        one.id = row.folder.to_owned();
        let text = |one| serde_json::to_string_pretty(one).unwrap();
        assert_same(&text(&one), &text(of(&class, row.folder)));
    }
}

#[test]
fn the_template_s_twin_among_the_submissions_is_its_twin() {
    let [twin, template] = ["tests/submissions/untouched", "student-template"]
        .map(|folder| std::fs::read_to_string(repository().join(folder).join("src/lib.rs")).unwrap());
    assert_eq!(twin, template);
}
