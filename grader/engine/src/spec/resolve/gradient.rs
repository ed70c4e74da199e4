//! A gradient check: what is differentiated, with respect to what, and how far the ends of a difference lie apart.

use super::super::check::GradientDocument;
use super::super::place::Path;
use super::super::problem::Problem;
use super::{Resolver, with};
use crate::compare::Tolerance;
use crate::expression::{Formula, Kind, Names, did_you_mean};
use crate::plan::{Gradient, Rule};

/// Without `step`: the cube root of the spacing of f64 at 1, where the errors of truncation and of rounding meet.
const STEP: f64 = 6.055_454_452_393_343e-6;

impl Resolver<'_> {
    pub(super) fn gradient(
        &mut self,
        gradient: &GradientDocument,
        tolerance: Tolerance,
        names: &Names,
        path: &Path,
    ) -> Option<Rule> {
        let before = self.problems.len();
        let of = self.formula(&gradient.of, names, &with(path, "of"));
        let equals = self.asking(&gradient.equals, names, &with(path, "equals"));
        let upstream = gradient.upstream.as_ref();
        let upstream = upstream.map(|text| self.formula(text, names, &with(path, "upstream")));
        match (&of, &upstream) {
            (Some(of), None) => self.one_number(of, path),
            (Some(of), Some(Some(upstream))) => self.weights(of, upstream, path),
            (None, _) | (_, Some(None)) => {}
        }
        let wrt = self.variable(&gradient.wrt, equals.as_ref(), names, path);
        let step = gradient.step.unwrap_or(STEP);
        self.step_size(step, gradient.step.is_some(), tolerance, path);
        (self.problems.len() == before).then_some(Rule::Gradient(Gradient {
            of: of?,
            wrt: wrt?,
            upstream: upstream.flatten(),
            equals: equals?,
            step,
        }))
    }

    fn one_number(&mut self, of: &Formula, path: &Path) {
        if of.kind.is_number() {
            return;
        }
        let message = format!("what is differentiated is one number, but this is {}", of.kind);
        let problem = Problem::at(with(path, "of"), message);
        self.problems.push(if of.kind.is_numeric() {
            problem.help("weight its entries: `upstream: g` differentiates the sum of the entries times those of g")
        } else {
            problem
        });
    }

    fn weights(&mut self, of: &Formula, upstream: &Formula, path: &Path) {
        let place = with(path, "upstream");
        if upstream.sites > 0 {
            let message = "this weights the entries of `of`; it is made of inputs and calls nothing";
            self.problems.push(Problem::at(place, message));
        } else if !of.kind.is_numeric() {
            let message = format!("what is differentiated are numbers, but this is {}", of.kind);
            self.problems.push(Problem::at(with(path, "of"), message));
        } else if of.kind.unify(&upstream.kind).is_none() {
            let message = format!("`of` is {}, but this is {}", of.kind, upstream.kind);
            self.problems.push(Problem::at(place, message));
        }
    }

    /// The place of the name with respect to which the derivative is taken.
    fn variable(&mut self, name: &str, equals: Option<&Formula>, names: &Names, path: &Path) -> Option<usize> {
        let Some(wrt) = names.iter().rposition(|(known, _)| known == name) else {
            let known = names.iter().map(|(name, _)| name.as_str());
            let help = did_you_mean(name, known).unwrap_or("it is one of the names of `given` or `for_all`".to_owned());
            let problem = Problem::at(with(path, "wrt"), format!("unknown name `{name}`"));
            self.problems.push(problem.help(help));
            return None;
        };
        let kind = &names[wrt].1;
        if *kind.scalar() != Kind::Real {
            let message = format!("a derivative is taken with respect to reals, but this is {kind}");
            self.problems.push(Problem::at(with(path, "wrt"), message));
        } else if let Some(equals) = equals.filter(|equals| equals.kind.unify(kind).is_none()) {
            let message = format!("the derivative is {kind}, but this is {}", equals.kind);
            self.problems.push(Problem::at(with(path, "equals"), message));
        }
        Some(wrt)
    }

    /// A step so small that the rounding of a value near 1 is more than the tolerance tells nothing. What it does at the
    /// values that come up is seen when the reference is asked.
    fn step_size(&mut self, step: f64, is_said: bool, tolerance: Tolerance, path: &Path) {
        let place = if is_said { with(path, "step") } else { path.clone() };
        if !(1e-12..=1.0).contains(&step) {
            return self.problems.push(Problem::at(place, "a step is between 1e-12 and 1"));
        }
        let (noise, allowed) = (f64::EPSILON / 2.0 / step, tolerance.rel.max(tolerance.abs));
        if noise <= allowed {
            return;
        }
        let message = format!(
            "rounding alone makes finite differences with this step wrong by {noise:.0e}, but the tolerance allows \
             {allowed:.0e}"
        );
        let help =
            format!("without `step` it is {STEP:.0e}, which is good to about 1e-10; set the check's `tolerance`");
        let problem = if is_said {
            Problem::at(place, message)
        } else {
            Problem::at_key(place, message)
        };
        self.problems.push(problem.help(help));
    }
}
