//! A document + a contract -> a plan. Finds all that is wrong before it gives up.

mod ask;
mod draw;
mod gradient;
mod input;
mod link;
mod rule;
mod statistics;
mod want;

use draw::Source;
use grader_abi::Signature;
use input::Which;

use super::check::{CheckDocument, NanPolicy};
use super::document::{Document, ExerciseDocument, ToleranceDocument};
use super::place::Path;
use super::problem::Problem;
use crate::compare::Tolerance;
use crate::data::Step;
use crate::plan::{Check, Exercise, Plan, Visibility};
use crate::score::{Points, share};

/// Without `tolerance`: nine digits, and what is left of zero after a few hundred roundings.
const TOLERANCE: Tolerance = Tolerance {
    rel: 1e-9,
    abs: 1e-12,
    nan_equal: false,
};
/// Without `cases`.
const CASES: u32 = 100;
/// Without `cases` in a statistical check with `for_all`: each case is many calls.
const STATISTICAL_CASES: u32 = 5;
const MAX_CASES: u32 = 10_000;
/// What the id of a property's hidden half ends with; no id of a spec can have this sign.
const SECRET: &str = "@secret";

pub(super) fn plan(document: &Document, signature: &Signature) -> Result<Plan, Vec<Problem>> {
    let mut resolver = Resolver {
        document,
        signature,
        checks: Vec::new(),
        sources: Vec::new(),
        broken: Vec::new(),
        drawn: 0,
        problems: Vec::new(),
    };
    let mut exercises: Vec<Exercise> = Vec::new();
    for (index, exercise) in document.exercises.iter().enumerate() {
        let path = vec!["exercises".into(), index.into()];
        let is_taken = exercises.iter().any(|known| known.id == exercise.id);
        resolver.id(&exercise.id, with(&path, "id"), is_taken);
        exercises.push(Exercise {
            id: exercise.id.clone(),
            title: exercise.title.clone(),
            stars: exercise.stars,
            points: exercise.points,
            bonus: exercise.bonus,
            all_or_nothing: exercise.all_or_nothing,
            takeaway: exercise.takeaway.clone(),
        });
        resolver.exercise(index, exercise, &path);
    }
    resolver.requirements();
    resolver.company();
    if !resolver.problems.is_empty() {
        return Err(resolver.problems);
    }
    let Resolver { checks, .. } = resolver;
    Ok(Plan {
        assignment: document.assignment.clone(),
        signature: signature.clone(),
        exercises,
        checks,
    })
}

struct Resolver<'a> {
    document: &'a Document,
    signature: &'a Signature,
    checks: Vec<Check>,
    /// Where in the document each check comes from.
    sources: Vec<(Path, &'a CheckDocument)>,
    /// The full ids of checks that are not in order; what requires them is not to be blamed.
    broken: Vec<String>,
    /// How many values the inputs hold that have been drawn.
    drawn: usize,
    problems: Vec<Problem>,
}

impl<'a> Resolver<'a> {
    fn exercise(&mut self, index: usize, exercise: &'a ExerciseDocument, path: &Path) {
        let first = self.checks.len();
        let mut weights = Vec::new();
        for (number, check) in exercise.checks.iter().enumerate() {
            let path = with(&with(path, "checks"), number);
            let before = self.checks.len();
            let id = self.check_id(index, check, &path);
            if self.check(index, exercise, check, id.clone(), &path).is_none() {
                self.broken.push(format!("{}/{id}", exercise.id));
            }
            // A property's weight is shared equally by its public and its hidden half.
            let weight = check.weight.unwrap_or(1);
            let halves = self.checks.len() - before;
            weights.extend((0..halves).map(|_| if halves == 2 { weight } else { weight.saturating_mul(2) }));
        }
        if exercise.points > Points::default() && weights.iter().all(|weight| *weight == 0) && !weights.is_empty() {
            self.problems.push(Problem::at(
                with(path, "points"),
                "no check of this exercise has a weight, so nobody can earn its points",
            ));
        }
        for (check, points) in self.checks[first..].iter_mut().zip(share(exercise.points, &weights)) {
            check.points = points;
        }
    }

    /// Adds a check, and the hidden half of a property; nothing when something is wrong with it.
    fn check(
        &mut self,
        index: usize,
        exercise: &'a ExerciseDocument,
        check: &'a CheckDocument,
        id: String,
        path: &Path,
    ) -> Option<()> {
        let found = self.problems.len();
        let tolerance = self.tolerance(exercise, check, path);
        let all = self.inputs(exercise, check, path, Which::All)?;
        self.rule(check, tolerance, &all.names, path)?;
        let inputs = self.inputs(exercise, check, path, Which::Used)?;
        let rule = self.rule(check, tolerance, &inputs.names, path)?;
        if self.problems.len() > found {
            return None;
        }
        let property = !inputs.generators.is_empty();
        let cases = self.cases(check, property, path);
        let hidden = check.visibility == Visibility::Hidden;
        let (seed, secret_seed) = (self.document.seed, self.document.secret_seed);
        let built = Check {
            id,
            exercise: index,
            name: check.name.clone(),
            rule,
            names: inputs.names.clone(),
            cases: Vec::new(),
            tolerance,
            deterministic: check.deterministic,
            visibility: check.visibility,
            points: Points::default(),
            hint: check.hint.clone(),
            requires: Vec::new(),
            beside: Vec::new(),
        };
        let id = built.id.clone();
        let source = |seed| Source {
            seed,
            exercise: &exercise.id,
            check: &id,
        };
        let drawn = self.draw(&inputs, cases, source(if hidden { secret_seed } else { seed }), path);
        let secret = (property && !hidden).then(|| self.draw(&inputs, cases, source(secret_seed), path));
        self.push(
            Check {
                cases: drawn,
                ..built.clone()
            },
            check,
            path,
        );
        if let Some(cases) = secret {
            let id = format!("{}{SECRET}", built.id);
            let name = format!("{} (hidden inputs)", built.name);
            self.push(
                Check {
                    id,
                    name,
                    cases,
                    visibility: Visibility::Hidden,
                    ..built
                },
                check,
                path,
            );
        }
        Some(())
    }

    fn push(&mut self, check: Check, document: &'a CheckDocument, path: &Path) {
        self.checks.push(check);
        self.sources.push((path.clone(), document));
    }

    fn check_id(&mut self, exercise: usize, check: &CheckDocument, path: &Path) -> String {
        let id = check.id.clone().unwrap_or_else(|| slug(&check.name));
        let place = with(path, if check.id.is_some() { "id" } else { "name" });
        let mut known = self.checks.iter().rev().take_while(|known| known.exercise == exercise);
        let is_taken = known.any(|known| known.id == id);
        self.id(&id, place, is_taken);
        id
    }

    fn id(&mut self, id: &str, path: Path, is_taken: bool) {
        let legal = !id.is_empty()
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !legal {
            let problem = Problem::at(
                path,
                format!("`{id}` is no id: an id has small letters, digits and `-`"),
            );
            self.problems.push(problem.help("give the check an `id` of its own"));
        } else if is_taken {
            self.problems.push(
                Problem::at(path, format!("the id `{id}` is taken"))
                    .help("without `id`, a check's id is made from its name"),
            );
        }
    }

    fn tolerance(&mut self, exercise: &ExerciseDocument, check: &CheckDocument, path: &Path) -> Tolerance {
        let mut tolerance = TOLERANCE;
        let own = with(path, "tolerance");
        let exercises = with(&path[..2], "tolerance");
        let document = self.document.tolerance;
        for (part, place) in [
            (document, vec!["tolerance".into()]),
            (exercise.tolerance, exercises),
            (check.tolerance, own),
        ] {
            self.bounds(part, &place);
            tolerance.rel = part.rel.unwrap_or(tolerance.rel);
            tolerance.abs = part.abs.unwrap_or(tolerance.abs);
        }
        tolerance.nan_equal = check.nan == NanPolicy::Equal;
        tolerance
    }

    fn bounds(&mut self, tolerance: ToleranceDocument, path: &Path) {
        let mut wrong = |key: &str, message: &str| {
            let problem = Problem::at(with(path, key), message);
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        };
        if tolerance.rel.is_some_and(|rel| !(0.0..1.0).contains(&rel)) {
            wrong("rel", "a relative tolerance is at least 0 and less than 1");
        }
        if tolerance.abs.is_some_and(|abs| !(0.0..f64::INFINITY).contains(&abs)) {
            wrong("abs", "an absolute tolerance is finite and at least 0");
        }
    }

    fn cases(&mut self, check: &CheckDocument, property: bool, path: &Path) -> u32 {
        match (check.cases, property) {
            (Some(_), false) => {
                self.problems
                    .push(Problem::at_key(with(path, "cases"), "`cases` goes with `for_all`"));
                1
            }
            (Some(cases), true) if !(1..=MAX_CASES).contains(&cases) => {
                self.problems
                    .push(Problem::at(with(path, "cases"), format!("from 1 to {MAX_CASES} cases")));
                1
            }
            (Some(cases), true) => cases,
            (None, true) if check.statistical.is_none() => CASES,
            (None, true) if check.for_all.0.is_empty() => 1,
            (None, true) => STATISTICAL_CASES,
            (None, false) => 1,
        }
    }
}

/// `H(p, q) = H(p)` becomes `h-p-q-h-p`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn with(path: &[Step], step: impl Into<Step>) -> Path {
    path.iter().cloned().chain([step.into()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_small_letters_digits_and_single_dashes() {
        for (name, want) in [
            ("entropy of the notebook's p", "entropy-of-the-notebook-s-p"),
            ("H(p, q) = H(p) + KL(p‖q)", "h-p-q-h-p-kl-p-q"),
            ("  λ  ", ""),
        ] {
            assert_eq!(slug(name), want);
        }
    }
}
