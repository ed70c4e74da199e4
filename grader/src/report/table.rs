//! The class as a table: one line per submission, a column per exercise.

use std::fmt::Write;

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Modify, Style};

use super::{Report, Status, SubmissionReport, VerdictReport};

/// The class table, and below it what the columns are.
#[must_use]
pub fn table(report: &Report) -> String {
    let exercises = report
        .submissions
        .first()
        .map_or(&[][..], |submission| &submission.exercises);
    let mut builder = Builder::default();
    let numbers = (1..=exercises.len()).map(|number| number.to_string());
    builder.push_record(
        ["submission".to_owned()]
            .into_iter()
            .chain(numbers)
            .chain(["total".to_owned(), "status".to_owned()]),
    );
    report
        .submissions
        .iter()
        .for_each(|submission| builder.push_record(row(submission)));
    let mut table = builder.build();
    table.with(Style::rounded());
    table.with(Modify::new(Columns::new(1..=exercises.len() + 1)).with(Alignment::right()));
    let mut text = format!("{}\n\n{table}\n", report.assignment);
    for (number, exercise) in (1..).zip(exercises) {
        let bonus = if exercise.bonus { ", bonus" } else { "" };
        let _ = write!(
            text,
            "\n{number:>3}  {} ({} points{bonus})",
            exercise.title,
            points(exercise.possible)
        );
    }
    text.push('\n');
    text
}

fn row(submission: &SubmissionReport) -> Vec<String> {
    let shown = |earned: f64| {
        if submission.status == Status::Graded {
            points(earned)
        } else {
            "-".to_owned()
        }
    };
    let exercises = submission.exercises.iter().map(|exercise| shown(exercise.earned));
    let total = submission.score.map_or("-".to_owned(), |score| points(score.earned));
    [submission.id.clone()]
        .into_iter()
        .chain(exercises)
        .chain([total, status(submission)])
        .collect()
}

/// What became of it, and how its calls ended where they did not return.
fn status(submission: &SubmissionReport) -> String {
    match submission.status {
        Status::Graded => endings(submission),
        Status::BuildFailed => "does not compile".to_owned(),
        Status::Unusable => "unusable".to_owned(),
        Status::NotGraded => "NOT GRADED".to_owned(),
    }
}

fn endings(submission: &SubmissionReport) -> String {
    let words = [
        ("not_implemented", "not implemented"),
        ("panicked", "panics"),
        ("timed_out", "timed out"),
        ("out_of_memory", "out of memory"),
        ("crashed", "crashed"),
        ("exited", "exited"),
        ("refused", "refused"),
        ("bad_answer", "bad answers"),
    ];
    let checks = || submission.exercises.iter().flat_map(|exercise| &exercise.checks);
    let counts = words.iter().filter_map(|(kind, word)| {
        let ended = |check: &&super::CheckReport| check.outcome.as_ref().is_some_and(|outcome| outcome.kind == *kind);
        let count = checks()
            .filter(|check| check.verdict == VerdictReport::Error)
            .filter(ended)
            .count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() {
        "graded".to_owned()
    } else {
        format!("graded: {}", counts.join(", "))
    }
}

/// The class in a few lines, what went wrong last.
#[must_use]
pub fn summary(report: &Report) -> String {
    let count = |status| {
        report
            .submissions
            .iter()
            .filter(|submission| submission.status == status)
            .count()
    };
    let mut text = format!("{} graded", plural(count(Status::Graded), "submission"));
    let mut scores: Vec<f64> = report
        .submissions
        .iter()
        .filter(|submission| submission.status == Status::Graded)
        .filter_map(|submission| Some(submission.score?.earned))
        .collect();
    scores.sort_by(f64::total_cmp);
    if let Some(median) = scores.get(scores.len() / 2) {
        let possible = report
            .submissions
            .iter()
            .find_map(|submission| Some(submission.score?.possible))
            .unwrap_or(0.0);
        let _ = write!(text, ", median {} of {}", points(*median), points(possible));
    }
    for submission in &report.submissions {
        if let (Status::BuildFailed | Status::Unusable | Status::NotGraded, Some(problem)) =
            (submission.status, &submission.problem)
        {
            let first = problem.lines().next().unwrap_or_default();
            let _ = write!(text, "\n  {}: {}: {first}", submission.id, status(submission));
        }
        for note in &submission.notes {
            let _ = write!(text, "\n  {}: {note}", submission.id);
        }
    }
    for note in &report.notes {
        let _ = write!(text, "\n  {note}");
    }
    let _ = writeln!(text, "\nisolation {}", report.receipt.sandbox);
    text
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("{count} {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// Points without needless zeros; they are whole hundredths.
pub(super) fn points(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
