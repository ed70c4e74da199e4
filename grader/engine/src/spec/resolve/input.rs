//! What a check's names are bound to: data that is given, and generators.

use grader_abi::{Signature, Value};

use super::super::check::CheckDocument;
use super::super::document::ExerciseDocument;
use super::super::place::Path;
use super::super::problem::Problem;
use super::ask::Ask;
use super::statistics::SEED;
use super::{Resolver, with};
use crate::data::{Data, DataError};
use crate::expression::{Formula, Kind, Names, Node, NodeKind, parse};
use crate::generate::Generator;

/// Which of the names around a check are bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All, so that a misspelt one is recognised.
    All,
    /// Those that it uses: the others are none of its inputs, and would be shown and handed out with them.
    Used,
}

/// A check's inputs that are the same in every case, and the generators of the others.
pub(super) struct Inputs {
    pub(super) names: Names,
    pub(super) given: Vec<Value>,
    pub(super) generators: Vec<(String, Generator)>,
    /// What the inputs of a case have to satisfy.
    pub(super) filter: Option<Formula>,
}

impl Resolver<'_> {
    /// The values and generators of a check, if all of them are in order: all that can be named in it, or what it uses.
    pub(super) fn inputs(
        &mut self,
        exercise: &ExerciseDocument,
        check: &CheckDocument,
        path: &Path,
        which: Which,
    ) -> Option<Inputs> {
        let before = self.problems.len();
        let mut inputs = Inputs {
            names: Vec::new(),
            given: Vec::new(),
            generators: Vec::new(),
            filter: None,
        };
        let texts = expressions(check);
        for (name, data, place) in given(exercise, check, path) {
            self.binding(name, &place);
            let used = is_used(name, check, &texts);
            match self.given(name, data, &texts) {
                Ok((kind, value)) if used || which == Which::All => {
                    inputs.names.push((name.clone(), kind));
                    inputs.given.push(value);
                }
                Ok(_) => {}
                Err(_) if !used && data.natural_kind().is_none() => {}
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
        self.seed(check, &mut inputs, path);
        self.filter(check, &mut inputs, path);
        (self.problems.len() == before).then_some(inputs)
    }

    /// The seed of a statistical check's draws.
    fn seed(&mut self, check: &CheckDocument, inputs: &mut Inputs, path: &Path) {
        if check.statistical.is_none() {
            return;
        }
        if inputs.names.iter().any(|(name, _)| name == SEED) {
            let message = format!("`{SEED}` is the seed of the draws here, and cannot be another name");
            self.problems.push(Problem::at_key(with(path, "statistical"), message));
            return;
        }
        let generator = Generator::seed();
        inputs.names.push((SEED.to_owned(), generator.kind.clone()));
        inputs.generators.push((SEED.to_owned(), generator));
    }

    fn filter(&mut self, check: &CheckDocument, inputs: &mut Inputs, path: &Path) {
        let Some(text) = &check.filter else { return };
        let place = with(path, "where");
        if check.for_all.0.is_empty() {
            self.problems
                .push(Problem::at_key(place, "`where` goes with `for_all`"));
            return;
        }
        let Some(formula) = self.formula(text, &inputs.names, &place) else {
            return;
        };
        if formula.sites > 0 {
            let message = "inputs cannot depend on answers of the contract's functions";
            self.problems.push(Problem::at(place, message));
        } else if self.is_bool(&formula, place) {
            inputs.filter = Some(formula);
        }
    }

    fn binding(&mut self, name: &str, path: &Path) {
        let plain = parse(name).is_ok_and(|node| matches!(node.kind, NodeKind::Name(_)));
        if !plain || name == "reference" || name.starts_with(char::is_uppercase) {
            let problem = Problem::at_key(path.clone(), format!("`{name}` cannot be a name"));
            let help = "inside `{ … }` a comma ends a value in YAML; write one entry per line";
            self.problems.push(problem.help(help));
        }
    }

    pub(super) fn data_problem(&mut self, path: Path, error: DataError) {
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
}

/// What is given to a check and where it stands, without what is given anew.
fn given<'d>(
    exercise: &'d ExerciseDocument,
    check: &'d CheckDocument,
    path: &Path,
) -> Vec<(&'d String, &'d Data, Path)> {
    let outer = with(&path[..2], "given");
    let inner = with(path, "given");
    let own = |name: &String| check.given.0.iter().any(|(own, _)| own == name);
    let outer = exercise
        .given
        .0
        .iter()
        .filter(|(name, _)| !own(name))
        .map(|entry| (entry, &outer));
    outer
        .chain(check.given.0.iter().map(|entry| (entry, &inner)))
        .map(|((name, data), place)| (name, data, with(place, name.as_str())))
        .collect()
}

/// The expressions of a check, generators aside.
fn expressions(check: &CheckDocument) -> Vec<&str> {
    let gradient = check.gradient.iter().flat_map(|gradient| {
        [&gradient.of, &gradient.wrt, &gradient.equals]
            .into_iter()
            .chain(&gradient.upstream)
    });
    let draws = check
        .statistical
        .iter()
        .flat_map(|draws| [Some(&draws.of), draws.mean.as_ref(), draws.variance.as_ref()]);
    let steps = check.script.iter().flatten().map(Ask::of_step);
    let asks = steps.chain([Ask::of_check(check)]);
    let asked: Vec<&str> = asks.flat_map(|ask| ask.expressions()).collect();
    let others = gradient.chain(draws.flatten()).map(String::as_str);
    asked.into_iter().chain(others).collect()
}

/// Whether what is given under a name is used: by a generator, or by an expression when no generator binds the name anew.
fn is_used(name: &str, check: &CheckDocument, expressions: &[&str]) -> bool {
    let generators = &check.for_all.0;
    let anew = generators.iter().position(|(bound, _)| bound == name);
    let reach = anew.map_or(generators.len(), |anew| anew + 1);
    let drawn = generators[..reach].iter().any(|(_, text)| mentions(name, text));
    let asked = expressions.iter().copied().chain(check.filter.as_deref());
    drawn || (anew.is_none() && asked.into_iter().any(|text| mentions(name, text)))
}

pub(super) fn mentions(name: &str, text: &str) -> bool {
    fn inside(name: &str, node: &Node) -> bool {
        matches!(&node.kind, NodeKind::Name(known) if known == name)
            || node.children().into_iter().any(|child| inside(name, child))
    }
    parse(text).is_ok_and(|node| inside(name, &node))
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
