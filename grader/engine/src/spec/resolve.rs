//! A document + a contract -> a plan. Finds all that is wrong before it gives up.

use grader_abi::{Signature, Value};

use super::document::{CheckDocument, Document, ExerciseDocument, NanPolicy, ToleranceDocument};
use super::place::Path;
use super::problem::Problem;
use crate::compare::Tolerance;
use crate::data::{Data, DataError, Step};
use crate::expression::{Formula, Kind, Names, Node, NodeKind, did_you_mean, parse};
use crate::generate::{Generator, Key};
use crate::plan::{Check, Exercise, Plan, Rule, Visibility, Want};
use crate::score::{Points, share};

/// Without `tolerance`: nine digits, and what is left of zero after a few hundred roundings.
const TOLERANCE: Tolerance = Tolerance {
    rel: 1e-9,
    abs: 1e-12,
    nan_equal: false,
};
/// Without `cases`.
const CASES: u32 = 100;
const MAX_CASES: u32 = 10_000;
/// Without `step`: the cube root of the spacing of f64 at 1, where the errors of truncation and of rounding meet.
const STEP: f64 = 6.055_454_452_393_343e-6;
/// What the id of a property's hidden half ends with; no id of a spec can have this sign.
const SECRET: &str = "@secret";

pub(super) fn plan(document: &Document, signature: &Signature) -> Result<Plan, Vec<Problem>> {
    let mut resolver = Resolver {
        document,
        signature,
        checks: Vec::new(),
        sources: Vec::new(),
        problems: Vec::new(),
    };
    let mut exercises: Vec<Exercise> = Vec::new();
    for (index, exercise) in document.exercises.iter().enumerate() {
        let path = vec!["exercises".into(), index.into()];
        resolver.id(
            &exercise.id,
            with(&path, "id"),
            exercises.iter().map(|exercise| exercise.id.as_str()),
        );
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
    problems: Vec<Problem>,
}

/// A check's inputs that are the same in every case, and the generators of the others.
struct Inputs {
    names: Names,
    given: Vec<Value>,
    generators: Vec<(String, Generator)>,
}

impl<'a> Resolver<'a> {
    fn exercise(&mut self, index: usize, exercise: &'a ExerciseDocument, path: &Path) {
        let first = self.checks.len();
        let mut weights = Vec::new();
        for (number, check) in exercise.checks.iter().enumerate() {
            let path = with(&with(path, "checks"), number);
            let before = self.checks.len();
            self.check(index, exercise, check, &path);
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

    fn check(&mut self, index: usize, exercise: &'a ExerciseDocument, check: &'a CheckDocument, path: &Path) {
        let found = self.problems.len();
        let id = self.check_id(index, check, path);
        let tolerance = self.tolerance(exercise, check, path);
        let inputs = self.inputs(exercise, check, path);
        let Some(rule) = inputs.as_ref().and_then(|inputs| self.rule(check, &inputs.names, path)) else {
            return;
        };
        let Some(inputs) = inputs else { return };
        if self.problems.len() > found {
            return;
        }
        let property = !inputs.generators.is_empty();
        let cases = self.cases(check, property, path);
        let hidden = check.visibility == Visibility::Hidden;
        let (seed, secret_seed) = (self.document.seed, self.document.secret_seed);
        let exercise_id = exercise.id.as_str();
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
        let drawn = self.draw(
            &inputs,
            cases,
            if hidden { secret_seed } else { seed },
            exercise_id,
            &built.id,
            path,
        );
        let secret =
            (property && !hidden).then(|| self.draw(&inputs, cases, secret_seed, exercise_id, &built.id, path));
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
    }

    fn push(&mut self, check: Check, document: &'a CheckDocument, path: &Path) {
        self.checks.push(check);
        self.sources.push((path.clone(), document));
    }

    fn check_id(&mut self, exercise: usize, check: &CheckDocument, path: &Path) -> String {
        let id = check.id.clone().unwrap_or_else(|| slug(&check.name));
        let place = with(path, if check.id.is_some() { "id" } else { "name" });
        let known: Vec<String> = self
            .checks
            .iter()
            .filter(|check| check.exercise == exercise)
            .map(|check| check.id.clone())
            .collect();
        self.id(&id, place, known.iter().map(String::as_str));
        id
    }

    fn id<'k>(&mut self, id: &str, path: Path, mut known: impl Iterator<Item = &'k str>) {
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
        } else if known.any(|known| known == id) {
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

    /// The values and generators of a check, if all of them are in order.
    fn inputs(&mut self, exercise: &ExerciseDocument, check: &CheckDocument, path: &Path) -> Option<Inputs> {
        let before = self.problems.len();
        let mut inputs = Inputs {
            names: Vec::new(),
            given: Vec::new(),
            generators: Vec::new(),
        };
        let texts = expressions(check);
        let outer = with(&path[..2], "given");
        let inner = with(path, "given");
        let given = exercise
            .given
            .0
            .iter()
            .map(|entry| (entry, &outer))
            .chain(check.given.0.iter().map(|entry| (entry, &inner)));
        for ((name, data), place) in given {
            let place = with(place, name.as_str());
            self.binding(name, &place);
            match self.given(name, data, &texts) {
                Ok((kind, value)) => {
                    inputs.names.push((name.clone(), kind));
                    inputs.given.push(value);
                }
                Err(error) => self.data_problem(place, error),
            }
        }
        for (name, text) in &check.for_all.0 {
            let place = with(&with(path, "for_all"), name.as_str());
            self.binding(name, &place);
            match Generator::new(text, &inputs.names, self.signature) {
                Ok(generator) => {
                    inputs.names.push((name.clone(), generator.kind.clone()));
                    inputs.generators.push((name.clone(), generator));
                }
                Err(error) => self.problems.push(Problem::in_expression(place, text, error)),
            }
        }
        (self.problems.len() == before).then_some(inputs)
    }

    fn binding(&mut self, name: &str, path: &Path) {
        let plain = parse(name).is_ok_and(|node| matches!(node.kind, NodeKind::Name(_)));
        if !plain || name == "reference" || name.starts_with(char::is_uppercase) {
            self.problems
                .push(Problem::at_key(path.clone(), format!("`{name}` cannot be a name")));
        }
    }

    fn data_problem(&mut self, path: Path, error: DataError) {
        let path = path.into_iter().chain(error.path).collect();
        self.problems.push(Problem::at(path, error.message));
    }

    /// Data is read by the type of the parameter that its name is passed to; else by what it looks like.
    fn given(&self, name: &str, data: &Data, texts: &[&str]) -> Result<(Kind, Value), DataError> {
        let passed = texts
            .iter()
            .find_map(|text| passed_to(name, &parse(text).ok()?, self.signature));
        let kind = passed.or_else(|| data.natural_kind()).ok_or_else(|| DataError {
            path: Vec::new(),
            message: "what this is cannot be told; pass it to a function of the contract".to_owned(),
        })?;
        data.read(&kind).map(|value| (kind, value))
    }

    fn rule(&mut self, check: &CheckDocument, names: &Names, path: &Path) -> Option<Rule> {
        let kinds = [
            ("call", check.call.is_some()),
            ("holds", check.holds.is_some()),
            ("gradient", check.gradient.is_some()),
            ("finite", check.finite.is_some()),
            ("panics", check.panics.is_some()),
        ];
        let named: Vec<&str> = kinds.iter().filter(|(_, named)| *named).map(|(key, _)| *key).collect();
        let [kind] = named.as_slice() else {
            let message = match named.as_slice() {
                [] => "a check has one of call, holds, gradient, finite, panics".to_owned(),
                several => format!("a check has one of {}", several.join(", ")),
            };
            self.problems.push(Problem::at(with(path, "name"), message));
            return None;
        };
        if check.expect.is_some() && *kind != "call" {
            self.problems
                .push(Problem::at_key(with(path, "expect"), "`expect` goes with `call`"));
            return None;
        }
        match (
            &check.gradient,
            check
                .call
                .as_ref()
                .or(check.holds.as_ref())
                .or(check.finite.as_ref())
                .or(check.panics.as_ref()),
        ) {
            (Some(gradient), _) => self.gradient(gradient, names, &with(path, "gradient")),
            (None, Some(text)) => self.simple(kind, text, check, names, path),
            (None, None) => None,
        }
    }

    fn simple(&mut self, kind: &str, text: &str, check: &CheckDocument, names: &Names, path: &Path) -> Option<Rule> {
        let place = with(path, kind);
        let formula = self.asking(text, names, &place)?;
        match kind {
            "call" => {
                let want = self.want(check.expect.as_ref(), &formula, names, &with(path, "expect"))?;
                Some(Rule::Call { formula, want })
            }
            "holds" if formula.kind != Kind::Bool => {
                let problem = Problem::at(place, format!("this must be true or false, but it is {}", formula.kind));
                let help = if *formula.kind.scalar() == Kind::Bool {
                    "write `all(…)` or `any(…)`"
                } else {
                    "compare it: `… == …`"
                };
                self.problems.push(problem.help(help));
                None
            }
            "holds" => Some(Rule::Holds(formula)),
            "finite" if !formula.kind.is_numeric() => {
                self.problems.push(Problem::at(
                    place,
                    format!("this must be a number or numbers, but it is {}", formula.kind),
                ));
                None
            }
            "finite" => Some(Rule::Finite(formula)),
            _ => Some(Rule::Panics(formula)),
        }
    }

    fn want(&mut self, expect: Option<&Data>, formula: &Formula, names: &Names, path: &Path) -> Option<Want> {
        let Some(data) = expect else {
            return Some(Want::Reference);
        };
        if let Data::Text(text) = data
            && let Some(expression) = text.strip_prefix('=')
        {
            let want = Formula::new(expression, names, self.signature);
            return match want {
                Ok(want) if want.kind.unify(&formula.kind).is_some() => Some(Want::Formula(want)),
                Ok(want) => {
                    let message = format!("the call gives {}, but this is {}", formula.kind, want.kind);
                    self.problems.push(Problem::at(path.clone(), message));
                    None
                }
                Err(mut error) => {
                    error.span = error.span.start + 1..error.span.end + 1;
                    self.problems.push(Problem::in_expression(path.clone(), text, error));
                    None
                }
            };
        }
        data.read(&formula.kind)
            .map(Want::Value)
            .map_err(|error| self.data_problem(path.clone(), error))
            .ok()
    }

    fn gradient(&mut self, gradient: &super::document::GradientDocument, names: &Names, path: &Path) -> Option<Rule> {
        let before = self.problems.len();
        let of = self.formula(&gradient.of, names, &with(path, "of"));
        let equals = self.asking(&gradient.equals, names, &with(path, "equals"));
        let wrt = names.iter().rposition(|(name, _)| *name == gradient.wrt);
        if let Some(of) = &of
            && !of.kind.is_number()
        {
            self.problems.push(Problem::at(
                with(path, "of"),
                format!("what is differentiated is one number, but this is {}", of.kind),
            ));
        }
        let wrt_kind = wrt.map(|wrt| &names[wrt].1);
        match wrt_kind {
            None => {
                let known = names.iter().map(|(name, _)| name.as_str());
                let help = did_you_mean(&gradient.wrt, known)
                    .unwrap_or("it is one of the names of `given` or `for_all`".to_owned());
                self.problems
                    .push(Problem::at(with(path, "wrt"), format!("unknown name `{}`", gradient.wrt)).help(help));
            }
            Some(kind) if *kind != Kind::Real && *kind != Kind::Real.list() => {
                self.problems.push(Problem::at(
                    with(path, "wrt"),
                    format!("the derivative is taken with respect to a real or a list of reals, but this is {kind}"),
                ));
            }
            Some(kind) => {
                if let Some(equals) = equals.as_ref().filter(|equals| equals.kind.unify(kind).is_none()) {
                    self.problems.push(Problem::at(
                        with(path, "equals"),
                        format!("the derivative is {kind}, but this is {}", equals.kind),
                    ));
                }
            }
        }
        let step = gradient.step.unwrap_or(STEP);
        if !(1e-12..=1.0).contains(&step) {
            self.problems
                .push(Problem::at(with(path, "step"), "a step is between 1e-12 and 1"));
        }
        (self.problems.len() == before).then_some(Rule::Gradient {
            of: of?,
            wrt: wrt?,
            equals: equals?,
            step,
        })
    }

    fn formula(&mut self, text: &str, names: &Names, path: &Path) -> Option<Formula> {
        let formula = Formula::new(text, names, self.signature);
        formula
            .map_err(|error| self.problems.push(Problem::in_expression(path.clone(), text, error)))
            .ok()
    }

    /// A formula that asks the student something; without that a check cannot fail.
    fn asking(&mut self, text: &str, names: &Names, path: &Path) -> Option<Formula> {
        let formula = self.formula(text, names, path)?;
        if formula.asks_student() {
            return Some(formula);
        }
        let problem = Problem::at(
            path.clone(),
            "this calls none of the student's functions, so no submission can fail it",
        );
        self.problems.push(
            problem.help("a bare call such as `softmax(z)` is the student's, `reference.softmax(z)` the reference's"),
        );
        None
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
            (None, true) => CASES,
            (None, false) => 1,
        }
    }

    fn draw(
        &mut self,
        inputs: &Inputs,
        cases: u32,
        seed: u64,
        exercise: &str,
        check: &str,
        path: &Path,
    ) -> Vec<Vec<Value>> {
        let mut drawn = Vec::new();
        for case in 0..cases {
            let mut values = inputs.given.clone();
            for (name, generator) in &inputs.generators {
                let key = Key {
                    seed,
                    exercise,
                    check,
                    name,
                };
                match generator.draw(case, cases, &values, self.signature, &key) {
                    Ok(value) => values.push(value),
                    Err(why) => {
                        let place = with(&with(path, "for_all"), name.as_str());
                        self.problems
                            .push(Problem::at(place, format!("input {case} cannot be drawn: {why}")));
                        return drawn;
                    }
                }
            }
            drawn.push(values);
        }
        drawn
    }

    /// What a check requires comes before it, and a visible check requires no hidden one.
    fn requirements(&mut self) {
        for index in 0..self.checks.len() {
            let (path, document) = self.sources[index].clone();
            for (number, required) in document.requires.iter().enumerate() {
                let place = with(&with(&path, "requires"), number);
                match self.required(index, required) {
                    Ok(found) => self.checks[index].requires.push(found),
                    Err(problem) => {
                        let problem =
                            Problem::at(place, problem).help("`exercise/check`, or `check` within the same exercise");
                        if !self.problems.contains(&problem) {
                            self.problems.push(problem);
                        }
                    }
                }
            }
        }
    }

    fn required(&self, index: usize, required: &str) -> Result<usize, String> {
        let check = &self.checks[index];
        let exercise_id = &self.document.exercises[check.exercise].id;
        let full = if required.contains('/') {
            required.to_owned()
        } else {
            format!("{exercise_id}/{required}")
        };
        let ids: Vec<String> = self
            .checks
            .iter()
            .map(|check| format!("{}/{}", self.document.exercises[check.exercise].id, check.id))
            .collect();
        let found = ids.iter().position(|id| *id == full).ok_or_else(|| {
            let near =
                did_you_mean(&full, ids.iter().map(String::as_str)).map_or(String::new(), |near| format!("; {near}"));
            format!("there is no check `{full}`{near}")
        })?;
        if found >= index {
            return Err(format!("`{full}` must come before the check that requires it"));
        }
        let hidden = |index: usize| self.checks[index].visibility == Visibility::Hidden;
        if hidden(found) && !hidden(index) {
            return Err(format!(
                "`{full}` is hidden, and a check that students see cannot require it"
            ));
        }
        Ok(found)
    }

    /// `finite` and `panics` prove little alone: beside each stands a value check of its function that students see as well.
    fn company(&mut self) {
        for index in 0..self.checks.len() {
            let check = &self.checks[index];
            if !check.rule.needs_company() {
                continue;
            }
            let functions = check.rule.subject().student_functions();
            let hidden = check.visibility == Visibility::Hidden;
            let beside: Vec<usize> = (0..self.checks.len())
                .filter(|other| self.stands_beside(&self.checks[*other], &functions, hidden))
                .collect();
            if beside.is_empty() {
                let (path, _) = &self.sources[index];
                let name = functions.first().map_or("", |function| {
                    self.signature.functions[*function as usize].name.as_str()
                });
                let problem = Problem::at(
                    with(path, "name"),
                    format!(
                        "this counts only beside a value check of `{name}`, and there is none that students see as well"
                    ),
                );
                self.problems
                    .push(problem.help(format!("add a check such as `call: {name}(…)`")));
            }
            self.checks[index].beside = beside;
        }
    }

    fn stands_beside(&self, other: &Check, functions: &[u32], hidden: bool) -> bool {
        let seen = hidden || other.visibility != Visibility::Hidden;
        let asks = || {
            other
                .rule
                .subject()
                .student_functions()
                .iter()
                .any(|function| functions.contains(function))
        };
        seen && other.rule.compares_values() && asks()
    }
}

/// The expressions of a check.
fn expressions(check: &CheckDocument) -> Vec<&str> {
    let simple = [&check.call, &check.holds, &check.finite, &check.panics]
        .into_iter()
        .flatten()
        .map(String::as_str);
    let gradient = check
        .gradient
        .iter()
        .flat_map(|gradient| [gradient.of.as_str(), gradient.equals.as_str()]);
    simple.chain(gradient).collect()
}

/// The kind of the parameter that a name is passed to.
fn passed_to(name: &str, node: &Node, signature: &Signature) -> Option<Kind> {
    if let NodeKind::Call {
        name: function,
        arguments,
        ..
    } = &node.kind
    {
        let direct = signature.function(function).and_then(|(_, function)| {
            let mut pairs = arguments.iter().zip(&function.parameters);
            pairs.find(|(argument, _)| argument.node.kind == NodeKind::Name(name.to_owned()))
        });
        return direct.map(|(_, parameter)| Kind::of(&parameter.ty)).or_else(|| {
            arguments
                .iter()
                .find_map(|argument| passed_to(name, &argument.node, signature))
        });
    }
    node.children()
        .into_iter()
        .find_map(|child| passed_to(name, child, signature))
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
