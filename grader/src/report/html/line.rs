//! One submission -> its line in the table of the class.

use crate::report::{Row, Status, SubmissionReport, points};

/// A line of the table.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    /// The student's name, or else the submission's id.
    pub(super) name: String,
    /// The submission's id, if there is a name as well.
    pub(super) id: Option<String>,
    /// What counts; nothing when there is no grade.
    pub(super) points: Option<String>,
    /// The share of the possible points that this is.
    pub(super) share: Option<f64>,
    /// Points in each exercise, if it was checked.
    pub(super) cells: Vec<Cell>,
    /// What the filter goes by, in words with spaces between them.
    pub(super) kinds: String,
    /// What became of it.
    pub(super) words: String,
    /// What else is to be said of it.
    pub(super) remark: Option<String>,
    /// When it was handed in.
    pub(super) submitted: Option<String>,
    /// Whether it does not compile, is unusable or was not graded, and why in one line.
    pub(super) problem: Option<String>,
}

/// The points of an exercise.
#[derive(Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) points: String,
    /// From 0, nothing, to 4, everything.
    pub(super) level: u8,
}

impl Line {
    pub(super) fn new(report: &SubmissionReport) -> Self {
        let row = Row::from(report);
        let name = name(report);
        let cells = report.exercises.iter().map(|exercise| Cell {
            points: points(exercise.earned),
            level: level(exercise.earned, exercise.possible),
        });
        Self {
            id: (name != report.id).then(|| report.id.clone()),
            name,
            points: report.points().map(points),
            share: share(report),
            cells: if row.is_graded() { cells.collect() } else { Vec::new() },
            kinds: kinds(report),
            words: words(&row, report),
            remark: remark(&row),
            submitted: report
                .submitted
                .as_ref()
                .and_then(|submitted| submitted.at.as_deref())
                .map(minute),
            problem: row.problem,
        }
    }

    /// Whether the filter finds it under this word.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kinds.split(' ').any(|its| its == kind)
    }
}

/// Who handed it in, or else which folder it is.
pub(super) fn name(report: &SubmissionReport) -> String {
    let name = report.student.as_ref().and_then(|student| student.name.clone());
    name.filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| report.id.clone())
}

/// What became of a submission, as a word for programs.
pub(super) fn kind(status: Status) -> &'static str {
    match status {
        Status::Graded => "graded",
        Status::BuildFailed => "build-failed",
        Status::Unusable => "unusable",
        Status::NotGraded => "not-graded",
    }
}

/// A moment without seconds: `2026-11-24 09:30`.
pub(super) fn minute(at: &str) -> String {
    let text: String = at.chars().take(16).collect();
    text.replace('T', " ")
}

/// What the filter goes by.
fn kinds(report: &SubmissionReport) -> String {
    let grade = report.grade.as_ref();
    let late = report.submitted.as_ref().is_some_and(|submitted| submitted.late)
        || grade.is_some_and(|grade| grade.late.is_some());
    let flags = [
        (late, "late"),
        (grade.is_some_and(|grade| grade.adjustment.is_some()), "adjusted"),
        (grade.is_some_and(|grade| grade.excused), "excused"),
        (!report.diagnoses.is_empty(), "diagnosed"),
    ];
    let set = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, word)| *word);
    [kind(report.status)]
        .into_iter()
        .chain(set)
        .collect::<Vec<_>>()
        .join(" ")
}

fn words(row: &Row, report: &SubmissionReport) -> String {
    let grade = report.grade.as_ref();
    let mut words = vec![row.words()];
    if report.fault.is_some() {
        words.push("earlier grade".to_owned());
    }
    if grade.is_some_and(|grade| grade.excused) {
        words.push("excused".to_owned());
    }
    if let Some(late) = grade.and_then(|grade| grade.late.as_ref()) {
        words.push(format!("late, −{}", points(late.penalty)));
    } else if report.submitted.as_ref().is_some_and(|submitted| submitted.late) {
        words.push("late".to_owned());
    }
    if grade.is_some_and(|grade| grade.adjustment.is_some()) {
        words.push("adjusted".to_owned());
    }
    words.join("; ")
}

fn remark(row: &Row) -> Option<String> {
    let (first, rest) = row.misconceptions.split_first()?;
    Some(if rest.is_empty() {
        first.clone()
    } else {
        format!("{first}, and {} more", rest.len())
    })
}

fn share(report: &SubmissionReport) -> Option<f64> {
    let possible = match &report.grade {
        Some(grade) => grade.possible,
        None => report.score?.possible,
    };
    let points = report.points()?;
    (possible > 0.0).then(|| points / possible)
}

/// How much of the possible points, in five steps of which the outer ones mean nothing and everything.
fn level(earned: f64, possible: f64) -> u8 {
    if earned >= possible {
        4
    } else if earned <= 0.0 {
        0
    } else {
        // Between 0 and 1 here, and so 1 to 3.
        1 + (earned / possible * 3.0) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_points_look_like_all_points() {
        for (earned, possible, want) in [
            (0.0, 10.0, 0),
            (0.01, 10.0, 1),
            (5.0, 10.0, 2),
            (9.99, 10.0, 3),
            (10.0, 10.0, 4),
            (0.0, 0.0, 4),
            (12.0, 10.0, 4),
        ] {
            assert_eq!(level(earned, possible), want, "{earned} of {possible}");
        }
    }

    #[test]
    fn a_moment_has_no_seconds() {
        assert_eq!(minute("2026-11-24T09:30:15Z"), "2026-11-24 09:30");
        assert_eq!(minute("ö"), "ö");
    }
}
