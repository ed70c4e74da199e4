//! A class as CSV, with nbgrader's columns first. Text that a spreadsheet would take for a formula gets a leading `'`.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Header, Reports};
use crate::report::{Status, SubmissionReport, points};

const COLUMNS: [&str; 13] = [
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "submission",
    "status",
];

/// Writes a line per submission.
///
/// # Errors
/// When a report cannot be read, or nothing can be written.
pub fn write(header: &Header, reports: Reports<'_>, to: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(COLUMNS)?;
    for report in reports {
        writer.write_record(cells(&header.assignment, &report?))?;
    }
    writer.flush()
}

fn cells(assignment: &str, report: &SubmissionReport) -> [String; COLUMNS.len()] {
    let student = report.student.clone().unwrap_or_default();
    let (last_name, first_name) = student.name.as_deref().map_or(("", ""), split);
    let submitted = report.submitted.as_ref().and_then(|submitted| submitted.at.as_deref());
    let grade = report.grade.as_ref();
    let late = grade.and_then(|grade| grade.late.as_ref());
    let possible = grade
        .map(|grade| grade.possible)
        .or(report.score.map(|score| score.possible));
    let number = |number: Option<f64>| number.map_or_else(String::new, points);
    [
        text(assignment),
        String::new(),
        text(submitted.unwrap_or_default()),
        text(student.id.as_deref().unwrap_or(&report.id)),
        text(last_name),
        text(first_name),
        text(student.email.as_deref().unwrap_or_default()),
        number(report.score.map(|score| score.earned)),
        number(late.map(|late| late.penalty).or(report.score.map(|_| 0.0))),
        number(report.points()),
        number(possible),
        text(&report.id),
        status(report).to_owned(),
    ]
}

fn status(report: &SubmissionReport) -> &'static str {
    match report.status {
        _ if report.grade.as_ref().is_some_and(|grade| grade.excused) => "excused",
        Status::Graded => "graded",
        Status::BuildFailed => "build_failed",
        Status::Unusable => "unusable",
        Status::NotGraded => "not_graded",
    }
}

/// A name's last and first part: `Doe, Jane` and `Jane Doe`.
fn split(name: &str) -> (&str, &str) {
    match (name.split_once(','), name.trim().rsplit_once(' ')) {
        (Some((last, first)), _) => (last.trim(), first.trim()),
        (None, Some((first, last))) => (last, first.trim()),
        (None, None) => (name.trim(), ""),
    }
}

/// Text that is no formula.
fn text(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && text.parse::<f64>().is_err();
    let guarded = if is_formula {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    };
    guarded.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_a_formula_and_numbers_stay() {
        for (from, to) in [
            ("alice", "alice"),
            ("=1+1", "'=1+1"),
            ("@sum", "'@sum"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2", "-2"),
            ("\t=1", "'\t=1"),
            ("", ""),
        ] {
            assert_eq!(text(from), to);
        }
    }

    #[test]
    fn a_name_has_a_last_part_and_a_first_one() {
        for (name, parts) in [
            ("Doe, Jane", ("Doe", "Jane")),
            ("Jane van Doe", ("Doe", "Jane van")),
            ("Plato", ("Plato", "")),
            ("", ("", "")),
        ] {
            assert_eq!(split(name), parts);
        }
    }
}
