//! One submission in full, for the instructor.

use std::fmt::Write;

use serde_json::Value;

use super::table::points;
use super::{CheckReport, DiagnosisReport, ExerciseReport, SubmissionReport, VerdictReport, VisibilityReport};

/// Everything about one submission.
#[must_use]
pub fn details(submission: &SubmissionReport) -> String {
    let mut text = format!("── {} ", submission.id);
    match &submission.score {
        Some(score) => {
            let _ = writeln!(text, "── {} of {} points", points(score.earned), points(score.possible));
        }
        None => text.push_str("── not graded\n"),
    }
    for note in &submission.notes {
        let _ = writeln!(text, "note: {note}");
    }
    if let Some(fault) = &submission.fault {
        let _ = writeln!(text, "grading it again failed, this is its earlier grade: {fault}");
    }
    if let Some(problem) = &submission.problem {
        let _ = writeln!(text, "{problem}");
    }
    for diagnostic in &submission.diagnostics {
        let _ = writeln!(text, "\n{}", diagnostic.rendered.trim_end());
    }
    submission
        .exercises
        .iter()
        .filter(|exercise| !exercise.checks.is_empty())
        .for_each(|exercise| of_exercise(exercise, &mut text));
    submission
        .diagnoses
        .iter()
        .for_each(|diagnosis| of_diagnosis(diagnosis, &mut text));
    if !submission.output.is_empty() {
        let _ = writeln!(text, "\nit printed:\n{}", indented(&submission.output, "  | "));
    }
    text
}

fn of_diagnosis(diagnosis: &DiagnosisReport, text: &mut String) {
    let DiagnosisReport {
        function,
        name,
        misconception,
        hint,
        ..
    } = diagnosis;
    let place = match (diagnosis.certain, diagnosis.visible) {
        (true, true) => "",
        (true, false) => " (students are not told)",
        (false, _) => " (in the visible checks; the hidden ones say otherwise)",
    };
    let _ = writeln!(
        text,
        "\n{function} answers as in: {name}{place}\n  {misconception}\n  hint: {hint}"
    );
}

fn of_exercise(exercise: &ExerciseReport, text: &mut String) {
    let _ = writeln!(
        text,
        "\n{} ── {} of {}",
        exercise.title,
        points(exercise.earned),
        points(exercise.possible)
    );
    exercise.checks.iter().for_each(|check| of_check(check, text));
    if let (Some(takeaway), true) = (&exercise.takeaway, exercise.earned == exercise.possible) {
        let _ = writeln!(text, "  takeaway: {takeaway}");
    }
}

fn of_check(check: &CheckReport, text: &mut String) {
    let mark = match check.verdict {
        VerdictReport::Pass => "pass",
        VerdictReport::Fail => "FAIL",
        VerdictReport::Error => "FAIL",
        VerdictReport::Skipped => "skip",
        VerdictReport::NotGraded => "????",
    };
    let visibility = match check.visibility {
        VisibilityReport::Public => "",
        VisibilityReport::Named => " [named]",
        VisibilityReport::Hidden => " [hidden]",
    };
    let _ = writeln!(
        text,
        "  {mark} {:>5}/{:<5} {}{visibility}",
        points(check.earned),
        points(check.possible),
        check.name
    );
    match (&check.detail, check.observed.first()) {
        (Some(detail), _) => {
            let _ = writeln!(text, "{}", indented(detail, "       "));
        }
        (None, Some(observed)) if check.cases == 1 && !observed.got.is_null() => {
            let _ = writeln!(text, "       {} = {}", observed.call, shown(&observed.got));
        }
        (None, _) => {}
    }
}

/// A value as the engine shows it: lists with spaces, `inf` and `nan` without quotes.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::String(text) if ["inf", "-inf", "nan"].contains(&text.as_str()) => text.clone(),
        other => other.to_string(),
    }
}

fn indented(text: &str, by: &str) -> String {
    text.lines()
        .map(|line| format!("{by}{line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
