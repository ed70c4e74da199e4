//! Feedback on one submission in Markdown, for its author. What others wrote stands in code blocks or is escaped, so that it
//! is neither a link nor HTML.

use std::fmt::Write;
use std::io;

use super::sheet::{Hundredths, Kind, Sheet, Test, policy_words};
use super::{Header, SubmissionReport, redacted};
use crate::report::{DiagnosisReport, ExerciseReport, Status};

/// Writes what the author of a submission may read.
///
/// # Errors
/// When it cannot be written.
pub fn write(header: &Header, report: &SubmissionReport, to: &mut dyn io::Write) -> io::Result<()> {
    let report = redacted(report);
    write!(to, "{}", feedback(&header.assignment, &Sheet::of(&report)))
}

/// All of it.
pub(super) fn feedback(assignment: &str, sheet: &Sheet<'_>) -> String {
    let report = sheet.report;
    let mut text = format!(
        "# {}\n\n**{}**: {}\n",
        escaped(assignment),
        escaped(&report.id),
        escaped(&heading(sheet))
    );
    if let Some(words) = report
        .grade
        .as_ref()
        .map(policy_words)
        .filter(|words| !words.is_empty())
    {
        paragraph(&escaped(&words), &mut text);
    }
    for note in report.fault.iter().chain(&report.notes) {
        paragraph(&format!("Note: {}", escaped(note)), &mut text);
    }
    if report.status == Status::NotGraded {
        return text;
    }
    for test in sheet.tests.iter().filter(|test| test.kind == Kind::Build) {
        block(test.message.as_deref().unwrap_or_default(), &mut text);
    }
    if sheet.is_built() {
        for (number, exercise) in (1..).zip(&report.exercises) {
            of_exercise(
                exercise,
                sheet.tests.iter().filter(|test| test.exercise == number),
                &mut text,
            );
        }
    }
    report
        .diagnoses
        .iter()
        .for_each(|diagnosis| of_diagnosis(diagnosis, &mut text));
    if !report.output.is_empty() {
        text.push_str("\n## What it printed\n");
        block(&report.output, &mut text);
    }
    text
}

/// The grade in a line.
pub(super) fn heading(sheet: &Sheet<'_>) -> String {
    let excused = sheet.report.grade.as_ref().is_some_and(|grade| grade.excused);
    match (sheet.total, sheet.report.status) {
        (None, _) if excused => "excused".to_owned(),
        (None, _) => "not graded; that is the grader's fault, not yours".to_owned(),
        (Some(total), Status::BuildFailed) => format!("{total} of {} points; it does not compile", sheet.possible),
        (Some(total), Status::Unusable) => format!("{total} of {} points; it cannot be graded", sheet.possible),
        (Some(total), Status::Graded | Status::NotGraded) => {
            let score = sheet.report.score.map(|score| Hundredths::of(score.earned));
            let by_checks = score.filter(|score| *score != total);
            let by_checks = by_checks.map_or_else(String::new, |score| format!("; {score} by the checks"));
            format!("{total} of {} points{by_checks}", sheet.possible)
        }
    }
}

/// The same for a log, where nothing needs to be escaped.
pub(super) fn plain(sheet: &Sheet<'_>) -> String {
    let mut text = format!("{}\n", heading(sheet));
    for test in &sheet.tests {
        let Test {
            title,
            name,
            earned,
            possible,
            ..
        } = test;
        let _ = writeln!(text, "{} {earned}/{possible} {title}: {name}", test.mark.word());
        for line in test.message.iter().flat_map(|message| message.lines()) {
            let _ = writeln!(text, "    {line}");
        }
    }
    for diagnosis in &sheet.report.diagnoses {
        let DiagnosisReport {
            function, name, hint, ..
        } = diagnosis;
        let _ = writeln!(text, "{function} answers as in: {name}\n    hint: {hint}");
    }
    if !sheet.report.output.is_empty() {
        let _ = writeln!(text, "it printed:\n{}", sheet.report.output);
    }
    text
}

fn of_exercise<'a>(exercise: &ExerciseReport, tests: impl Iterator<Item = &'a Test>, text: &mut String) {
    let (earned, possible) = (
        super::super::points(exercise.earned),
        super::super::points(exercise.possible),
    );
    let bonus = if exercise.bonus { ", bonus" } else { "" };
    let title = escaped(&exercise.title);
    let _ = write!(text, "\n## {title} ({earned} of {possible} points{bonus})\n\n");
    tests.for_each(|test| of_test(test, text));
    if let Some(takeaway) = exercise
        .takeaway
        .as_ref()
        .filter(|_| exercise.earned == exercise.possible)
    {
        paragraph(&format!("Takeaway: {}", escaped(takeaway)), text);
    }
}

fn of_test(test: &Test, text: &mut String) {
    let mark = if test.mark.is_pass() { "x" } else { " " };
    let Test { earned, possible, .. } = test;
    match (test.kind, &test.message) {
        (Kind::Hidden, Some(line)) => {
            let _ = writeln!(text, "- [{mark}] {}", escaped(line));
        }
        (_, message) => {
            let _ = writeln!(
                text,
                "- [{mark}] {}: {}, {earned} of {possible}",
                escaped(&test.name),
                test.mark.word()
            );
            if let Some(message) = message {
                fenced(message, "  ", text);
            }
        }
    }
}

fn of_diagnosis(diagnosis: &DiagnosisReport, text: &mut String) {
    let DiagnosisReport {
        function,
        name,
        misconception,
        hint,
        ..
    } = diagnosis;
    let _ = write!(
        text,
        "\n## A known mistake\n\n`{function}` answers as in: {}\n\n{}\n\nHint: {}\n",
        escaped(name),
        escaped(misconception),
        escaped(hint)
    );
}

fn paragraph(line: &str, text: &mut String) {
    let _ = write!(text, "\n{line}\n");
}

fn block(code: &str, text: &mut String) {
    text.push('\n');
    fenced(code, "", text);
}

/// A code block, with a fence that is longer than any in it.
fn fenced(code: &str, indent: &str, text: &mut String) {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(text, "{indent}{fence}text");
    for line in code.lines() {
        let _ = writeln!(text, "{indent}{line}");
    }
    let _ = writeln!(text, "{indent}{fence}");
}

/// Text that means nothing to Markdown or HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '>' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}
