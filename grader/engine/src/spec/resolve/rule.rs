//! What a check asks: exactly one kind of rule, each expression checked against the contract.

use super::super::check::{CheckDocument, StepDocument};
use super::super::place::Path;
use super::super::problem::Problem;
use super::ask::Ask;
use super::{Resolver, with};
use crate::compare::Tolerance;
use crate::expression::{Formula, Kind, Names};
use crate::plan::{Rule, Want};

impl Resolver<'_> {
    pub(super) fn rule(
        &mut self,
        check: &CheckDocument,
        tolerance: Tolerance,
        names: &Names,
        path: &Path,
    ) -> Option<Rule> {
        let ask = Ask::of_check(check);
        let mut kinds: Vec<&str> = ask.kinds.iter().map(|(key, _)| *key).collect();
        kinds.extend(check.gradient.is_some().then_some("gradient"));
        kinds.extend(check.statistical.is_some().then_some("statistical"));
        kinds.extend(check.script.is_some().then_some("script"));
        let [kind] = kinds.as_slice() else {
            let message = match kinds.as_slice() {
                [] => "a check has one of call, holds, gradient, finite, panics, fails, script, statistical".to_owned(),
                several => format!("a check has one of {}", several.join(", ")),
            };
            self.problems.push(Problem::at(with(path, "name"), message));
            return None;
        };
        self.go_together(&ask, kind, path)?;
        if let Some(statistics) = &check.statistical {
            return self.statistics(statistics, names, &with(path, "statistical"));
        }
        match (&check.gradient, &check.script) {
            (Some(gradient), _) => self.gradient(gradient, tolerance, names, &with(path, "gradient")),
            (None, Some(steps)) => self.script(steps, names, &with(path, "script")),
            (None, None) => self.question(&ask, names, path),
        }
    }

    fn script(&mut self, steps: &[StepDocument], names: &Names, path: &Path) -> Option<Rule> {
        if steps.is_empty() {
            self.problems
                .push(Problem::at(path.clone(), "a script has at least one step"));
        }
        let steps = steps.iter().enumerate();
        let rules: Vec<Option<Rule>> = steps
            .map(|(index, step)| self.step(step, names, &with(path, index)))
            .collect();
        let rules: Vec<Rule> = rules.into_iter().collect::<Option<_>>()?;
        if !rules.is_empty() && rules.iter().all(|rule| matches!(rule, Rule::Do(_))) {
            let problem = Problem::at_key(path.clone(), "no step of this script wants anything");
            self.problems
                .push(problem.help("`do` only runs; write `call`, which wants what the reference answers"));
        }
        (!rules.is_empty()).then_some(Rule::Script(rules))
    }

    fn step(&mut self, step: &StepDocument, names: &Names, path: &Path) -> Option<Rule> {
        let ask = Ask::of_step(step);
        let kinds: Vec<&str> = ask.kinds.iter().map(|(key, _)| *key).collect();
        let [kind] = kinds.as_slice() else {
            let known = "do, call, holds, finite, panics, fails";
            let message = match kinds.as_slice() {
                [] => format!("a step has one of {known}"),
                several => format!("a step has one of {}", several.join(", ")),
            };
            self.problems.push(Problem::at(path.clone(), message));
            return None;
        };
        self.go_together(&ask, kind, path)?;
        self.question(&ask, names, path)
    }

    /// Refuses keys that say something of another kind of question.
    fn go_together(&mut self, ask: &Ask<'_>, kind: &str, path: &Path) -> Option<()> {
        let strangers = ask.strangers(kind);
        for (key, with_key) in &strangers {
            let message = format!("`{key}` goes with `{with_key}`");
            self.problems.push(Problem::at_key(with(path, *key), message));
        }
        strangers.is_empty().then_some(())
    }

    /// The rule of a question with one expression.
    fn question(&mut self, ask: &Ask<'_>, names: &Names, path: &Path) -> Option<Rule> {
        let (key, text) = *ask.kinds.first()?;
        let place = with(path, key);
        let formula = self.asking(text, names, &place)?;
        match key {
            "call" => {
                let want = self.want(ask, &formula.kind, names, path);
                let up_to = self.up_to(ask, &formula.kind, path);
                let (want, up_to) = (want?, up_to?);
                Some(Rule::Call { formula, want, up_to })
            }
            "holds" => self.is_bool(&formula, place).then_some(Rule::Holds(formula)),
            "finite" if !formula.kind.is_numeric() => {
                let message = format!("this must be a number or numbers, but it is {}", formula.kind);
                self.problems.push(Problem::at(place, message));
                None
            }
            "finite" => Some(Rule::Finite(formula)),
            "fails" => {
                let error = self.error(ask, &formula, names, path)?;
                Some(Rule::Fails { formula, error })
            }
            "do" => Some(Rule::Do(formula)),
            _ => Some(Rule::Panics(formula)),
        }
    }

    pub(super) fn is_bool(&mut self, formula: &Formula, place: Path) -> bool {
        if formula.kind == Kind::Bool {
            return true;
        }
        let help = if *formula.kind.scalar() == Kind::Bool {
            "write `all(…)` or `any(…)`"
        } else {
            "compare it: `… == …`"
        };
        let message = format!("this must be true or false, but it is {}", formula.kind);
        self.problems.push(Problem::at(place, message).help(help));
        false
    }

    /// What an `Err` should hold, if that is said.
    fn error(&mut self, ask: &Ask<'_>, formula: &Formula, names: &Names, path: &Path) -> Option<Option<Want>> {
        let Some(kind) = formula.kind.error() else {
            let message = format!("only a result can be an `Err`, but this is {}", formula.kind);
            let problem = Problem::at(with(path, "fails"), message);
            self.problems.push(problem.help("for a panic write `panics`"));
            return None;
        };
        let want = ask
            .error
            .map(|data| self.expected(data, kind, names, with(path, "error")));
        match want {
            Some(None) => None,
            Some(want) => Some(want),
            None => Some(None),
        }
    }

    pub(super) fn formula(&mut self, text: &str, names: &Names, path: &Path) -> Option<Formula> {
        let formula = Formula::new(text, names, self.signature);
        formula
            .map_err(|error| self.problems.push(Problem::in_expression(path.clone(), text, error)))
            .ok()
    }

    /// A formula that asks the student something; without that a check cannot fail.
    pub(super) fn asking(&mut self, text: &str, names: &Names, path: &Path) -> Option<Formula> {
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
