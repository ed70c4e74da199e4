//! What a check asks: exactly one kind of rule, each expression checked against the contract.

use super::super::document::{CheckDocument, GradientDocument};
use super::super::place::Path;
use super::super::problem::Problem;
use super::{Resolver, with};
use crate::data::Data;
use crate::expression::{Formula, Kind, Names, did_you_mean};
use crate::plan::{Rule, Want};

/// Without `step`: the cube root of the spacing of f64 at 1, where the errors of truncation and of rounding meet.
const STEP: f64 = 6.055_454_452_393_343e-6;
impl Resolver<'_> {
    pub(super) fn rule(&mut self, check: &CheckDocument, names: &Names, path: &Path) -> Option<Rule> {
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
            && let Some(expression) = text.strip_prefix('=').map(str::trim_start)
        {
            let before = text.len() - expression.len();
            let want = Formula::new(expression, names, self.signature);
            return match want {
                Ok(want) if want.kind.unify(&formula.kind).is_some() => Some(Want::Formula(want)),
                Ok(want) => {
                    let message = format!("the call gives {}, but this is {}", formula.kind, want.kind);
                    self.problems.push(Problem::at(path.clone(), message));
                    None
                }
                Err(mut error) => {
                    error.span = error.span.start + before..error.span.end + before;
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

    fn gradient(&mut self, gradient: &GradientDocument, names: &Names, path: &Path) -> Option<Rule> {
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

    pub(super) fn formula(&mut self, text: &str, names: &Names, path: &Path) -> Option<Formula> {
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
}
