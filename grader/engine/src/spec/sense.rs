//! Whether a document that reads well makes sense by itself, beside no contract.

use super::document::Document;
use super::place::Places;
use super::problem::Problem;
use crate::data::Step;
use crate::score::Points;

/// The version of the language that this program reads.
const VERSION: u32 = 1;

/// How hard an exercise can be.
const MAX_STARS: u8 = 5;

/// What is wrong with a document that reads well.
pub(super) fn problems(document: &Document, places: &Places) -> Vec<Problem> {
    let mut problems = Vec::new();
    if document.version != VERSION {
        let message = format!(
            "this program reads version {VERSION} of the language, not version {}",
            document.version
        );
        problems.push(Problem::at(vec!["version".into()], message));
    }
    if places.keys.first().is_some_and(|first| first != "version") {
        problems.push(Problem::at_key(vec!["version".into()], "`version` comes first"));
    }
    if document.optimize > 3 {
        problems.push(Problem::at(
            vec!["optimize".into()],
            "rustc's opt-level is 0, 1, 2 or 3",
        ));
    }
    if document.limits.stack > document.limits.memory {
        let message = "the stack is a part of the memory, and cannot be larger than all of it";
        problems.push(Problem::at(vec!["limits".into(), "stack".into()], message));
    }
    for path in &places.tagged {
        problems.push(
            Problem::at(path.clone(), "a spec has no YAML tags (`!…`)")
                .help("an expression starts with no `!`; negation is `not`"),
        );
    }
    if document.exercises.is_empty() {
        problems.push(Problem::at(
            vec!["exercises".into()],
            "an assignment has at least one exercise",
        ));
    }
    if document.grading.late.is_some() && document.grading.due.is_none() {
        let path = vec!["grading".into(), "late".into()];
        problems.push(Problem::at(path, "nothing is late without a `due`").help("say when it is due"));
    }
    sum_of_points(document, &mut problems);
    for (index, exercise) in document.exercises.iter().enumerate() {
        if exercise.stars > MAX_STARS {
            let path = vec!["exercises".into(), index.into(), "stars".into()];
            problems.push(Problem::at(path, format!("at most {MAX_STARS} stars")));
        }
        if exercise.checks.is_empty() {
            let path = vec!["exercises".into(), index.into(), "checks".into()];
            problems.push(Problem::at(path, "an exercise has at least one check"));
        }
    }
    problems
}

fn sum_of_points(document: &Document, problems: &mut Vec<Problem>) {
    let sum: Points = document
        .exercises
        .iter()
        .filter(|exercise| !exercise.bonus)
        .map(|exercise| exercise.points)
        .sum();
    if sum != document.points {
        let message = format!(
            "the exercises' points add up to {sum}, but this says {}",
            document.points
        );
        problems.push(Problem::at(vec![Step::from("points")], message).help("bonus exercises do not count here"));
    }
}
