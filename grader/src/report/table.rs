//! The class as a table: one line per submission, a column per exercise.

use std::collections::BTreeMap;
use std::fmt::Write;

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Modify, Style};

use super::median::median;
use super::{Header, Row};

/// The class table, and below it what the columns are.
#[must_use]
pub fn table(header: &Header, rows: &[&Row]) -> String {
    let exercises = &header.exercises;
    let mut builder = Builder::default();
    let numbers = (1..=exercises.len()).map(|number| number.to_string());
    builder.push_record(
        ["submission".to_owned()]
            .into_iter()
            .chain(numbers)
            .chain(["total".to_owned(), "status".to_owned()]),
    );
    rows.iter().for_each(|row| builder.push_record(cells(row)));
    let mut table = builder.build();
    table.with(Style::rounded());
    table.with(Modify::new(Columns::new(1..=exercises.len() + 1)).with(Alignment::right()));
    let mut text = format!("{}\n\n{table}\n", header.assignment);
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

fn cells(row: &Row) -> Vec<String> {
    let shown = |earned: &f64| {
        if row.is_graded() {
            points(*earned)
        } else {
            "-".to_owned()
        }
    };
    let total = row.points().map_or("-".to_owned(), points);
    [row.id.clone()]
        .into_iter()
        .chain(row.exercises.iter().map(shown))
        .chain([total, row.words()])
        .collect()
}

/// The class in a few lines, what went wrong last.
#[must_use]
pub fn summary(header: &Header, rows: &[&Row]) -> String {
    let graded = rows
        .iter()
        .filter(|row| row.is_graded() && row.points().is_some())
        .count();
    let scores: Vec<f64> = rows.iter().filter_map(|row| row.points()).collect();
    let excused = rows.iter().filter(|row| is_excused(row)).count();
    let mut text = format!("{} graded", plural(graded, "submission"));
    if excused > 0 {
        let _ = write!(text, ", {excused} excused");
    }
    if let Some(median) = median(&scores) {
        let possible = rows.iter().find_map(|row| Some(row.score?.possible)).unwrap_or(0.0);
        let _ = write!(text, ", class median {} of {}", points(median), points(possible));
    }
    misconceptions(rows, &mut text);
    for note in &header.notes {
        let _ = write!(text, "\n  {note}");
    }
    rows.iter().for_each(|row| what_went_wrong(row, &mut text));
    rows.iter().for_each(|row| what_to_look_at(row, &mut text));
    let _ = writeln!(text, "\nisolation {}", header.receipt.sandbox);
    text
}

/// How many submissions are which labelled wrong solution, the most frequent first.
fn misconceptions(rows: &[&Row], text: &mut String) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in rows.iter().flat_map(|row| &row.misconceptions) {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (name, count) in counts {
        let _ = write!(text, "\n  {count} × {name}");
    }
}

fn what_went_wrong(row: &Row, text: &mut String) {
    if let Some(problem) = &row.problem {
        let _ = write!(text, "\n  {}: {}: {problem}", row.id, row.outcome());
    }
    if let Some(fault) = &row.fault {
        let _ = write!(
            text,
            "\n  {}: GRADING IT AGAIN FAILED, this is its earlier grade: {fault}",
            row.id
        );
    }
    for note in &row.notes {
        let _ = write!(text, "\n  {}: {note}", row.id);
    }
}

fn is_excused(row: &Row) -> bool {
    row.grade.as_ref().is_some_and(|grade| grade.excused)
}

/// What the instructor may want to decide anew.
fn what_to_look_at(row: &Row, text: &mut String) {
    let Some(grade) = &row.grade else { return };
    if let Some(late) = grade.late.as_ref().filter(|late| late.seconds.is_none()) {
        let _ = write!(text, "\n  {}: {}", row.id, late.why);
    }
    let moved = grade.adjustment.as_ref().and_then(|adjustment| adjustment.moved_from);
    if let (Some(seen), Some(score)) = (moved, row.score) {
        let given = grade
            .points
            .map_or("excused".to_owned(), |given| format!("adjusted to {}", points(given)));
        let _ = write!(
            text,
            "\n  {}: {given} when its automatic score was {}; now that is {}",
            row.id,
            points(seen),
            points(score.earned)
        );
    }
}

/// So many of something.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("{count} {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// Points without needless zeros; they are whole hundredths.
pub(crate) fn points(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
