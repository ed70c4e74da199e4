//! The policy, the class and `--adjustments` -> the book of a run.

use std::collections::BTreeSet;
use std::path::Path;

use grader_engine::spec::Grading;

use super::failure::Failure;
use super::say;
use crate::assignment::Assignment;
use crate::discover::Class;
use crate::policy::{Book, adjustments};
use crate::report::plural;
use crate::sheet::Sheet;
use crate::store::Run;

/// Has a run keep what turns its scores into what counts. `everyone` is who can be adjusted, beside those in the run.
pub(super) fn keep_book(
    run: &mut Run,
    assignment: &Assignment,
    class: &Class,
    mut everyone: BTreeSet<String>,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let mut book = run.book().clone();
    let there = everyone.clone();
    let grading = grading(assignment);
    book.set_grading(&grading);
    class.submissions.iter().for_each(|submission| book.note(submission));
    match file {
        Some(file) => {
            let usage = |error: &dyn std::fmt::Display| Failure::Usage(format!("error: {error}"));
            let sheet = Sheet::open(file).map_err(|error| usage(&error))?;
            everyone.extend(run.ids("").map(|(id, _)| id.to_owned()));
            let most = most(assignment);
            let adjustments = adjustments(&sheet, &everyone, most).map_err(|error| usage(&error))?;
            tell_gone(adjustments.keys(), &there, file);
            book.adjust(adjustments);
        }
        None => tell_earlier(&book),
    }
    run.keep(book)
        .map_err(|error| Failure::Usage(format!("error: cannot write to the run folder: {error}")))
}

/// Who is in an earlier run only is in no report of this one.
fn tell_gone<'a>(adjusted: impl Iterator<Item = &'a String>, there: &BTreeSet<String>, file: &Path) {
    let gone: Vec<&str> = adjusted.filter(|id| !there.contains(*id)).map(String::as_str).collect();
    if !gone.is_empty() {
        let (file, gone) = (file.display(), gone.join(", "));
        say(&format!(
            "warning: {file} adjusts what is not among the submissions any more: {gone}"
        ));
    }
}

fn tell_earlier(book: &Book) {
    if book.adjusted() > 0 {
        say(&format!(
            "{} of an earlier --adjustments still count; a file with the columns' names only takes them back",
            plural(book.adjusted(), "adjustment")
        ));
    }
}

/// Without a spec, the points of the checks are what counts.
fn grading(assignment: &Assignment) -> Grading {
    let origin = assignment.origin.as_ref();
    origin.map_or_else(Grading::default, |origin| origin.spec.grading().clone())
}

/// The most points there can be.
fn most(assignment: &Assignment) -> f64 {
    let points = |bonus: bool| {
        let exercises = assignment.plan.exercises.iter();
        exercises
            .filter(|exercise| exercise.bonus == bonus)
            .map(|exercise| exercise.points)
            .sum()
    };
    let bonus = grading(assignment).bonus_cap.unwrap_or_else(|| points(true));
    (points(false) + bonus).as_f64()
}
