//! One case with the answers known so far -> what came of it, or which calls are missing.

use std::borrow::Cow;
use std::cell::Cell;

use grader_abi::Value;

use super::finding::{Finding, Halt, Halting, Reason, stopped};
use crate::compare::{UpTo, aligned, compare, is_finite, shape};
use crate::expression::{Compared, Formula, Missing, Scope, Stop, Whose};
use crate::outcome::Outcome;
use crate::plan::{Check, Plan, Rule, Want};
use crate::verdict::Verdict;

/// One case with the answers known so far.
pub(super) struct Case<'a> {
    pub(super) plan: &'a Plan,
    pub(super) check: &'a Check,
    pub(super) inputs: &'a [Value],
    pub(super) student: &'a [Option<Outcome>],
    pub(super) reference: &'a [Option<Outcome>],
    /// Whose calls are to be found.
    pub(super) asks: Whose,
    /// In a check whose calls come in order: whether one of them waits for another's answer, so that none after it is made.
    pub(super) stuck: Cell<bool>,
}

/// A formula's value and the comparisons that were made for it.
type Evaluated<'s> = (Result<Cow<'s, Value>, Stop>, Vec<Missing>, Vec<Compared<'s>>);

impl<'a> Case<'a> {
    /// # Errors
    /// The calls that are missing.
    pub(super) fn judge(&self) -> Result<Finding<'a>, Vec<Missing>> {
        match self.rule(&self.check.rule, 0) {
            Ok(finding) => Ok(finding),
            Err(Halt::Verdict(verdict)) => Ok(Finding::of(*verdict)),
            Err(Halt::Missing(missing)) => Err(missing),
        }
    }

    /// Judges a rule whose calls have the sites from this one on.
    pub(super) fn rule(&self, rule: &'a Rule, site: usize) -> Result<Finding<'a>, Halt> {
        match rule {
            Rule::Call { formula, want, up_to } => self.call(formula, want, *up_to, site),
            Rule::Holds(formula) => self.holds(formula, site),
            Rule::Gradient(gradient) => {
                let got = self.evaluate(&gradient.equals, Whose::Student, site);
                self.compared(got, || self.derivative(gradient, site), UpTo::Nothing)
            }
            Rule::Finite(formula) => self.finite(formula, site),
            Rule::Panics(formula) => self.panics(formula, site),
            Rule::Fails { formula, error } => self.fails(formula, error.as_ref(), site),
            Rule::Do(formula) => self
                .evaluate(formula, Whose::Student, site)
                .map(|got| Finding::new(None, Some(got), None)),
            Rule::Statistical(rule) => self.statistical(rule, site),
            Rule::Script(steps) => self.script(steps, site),
        }
    }

    fn call(&self, formula: &'a Formula, want: &'a Want, up_to: UpTo, site: usize) -> Result<Finding<'a>, Halt> {
        let got = self.evaluate(formula, Whose::Student, site);
        match want {
            Want::AnyOf(wants) => self.any_of(got, wants, up_to, site + formula.sites),
            Want::Reference | Want::Value(_) | Want::Formula(_) => {
                self.compared(got, || self.want(formula, want, site), up_to)
            }
        }
    }

    /// What is wanted of a formula whose calls have the sites from this one on.
    fn want(&self, formula: &'a Formula, want: &'a Want, site: usize) -> Halting<'a> {
        match want {
            Want::Reference => self.evaluate(formula, Whose::Reference, site),
            Want::Value(value) => Ok(Cow::Borrowed(value)),
            Want::Formula(want) => self.evaluate(want, Whose::Reference, site + formula.sites),
            Want::AnyOf(_) => Err(Halt::not_graded("several values are wanted where one is".to_owned())),
        }
    }

    fn any_of(&self, got: Halting<'a>, wants: &'a [Want], up_to: UpTo, site: usize) -> Result<Finding<'a>, Halt> {
        let all = || {
            let mut site = site;
            let mut all = Vec::with_capacity(wants.len());
            for want in wants {
                all.push(match want {
                    Want::Formula(formula) => self.evaluate(formula, Whose::Reference, site)?.into_owned(),
                    Want::Value(value) => value.clone(),
                    Want::Reference | Want::AnyOf(_) => continue,
                });
                site += want.sites();
            }
            Ok(Cow::Owned(Value::List(all)))
        };
        self.beside(got, all, |got, wants| {
            let Value::List(each) = &*wants else {
                return Ok(((None, None), wants));
            };
            for want in each {
                let want = aligned(got, Cow::Borrowed(want), up_to, self.check.tolerance)?;
                if compare(got, &want, self.check.tolerance).agrees {
                    return Ok(((None, None), wants));
                }
            }
            Ok(((Some("it is none of these".to_owned()), None), wants))
        })
    }

    fn compared(&self, got: Halting<'a>, want: impl FnOnce() -> Halting<'a>, up_to: UpTo) -> Result<Finding<'a>, Halt> {
        self.beside(got, want, |got, want| {
            let tolerance = self.check.tolerance;
            let want = aligned(got, want, up_to, tolerance)?;
            let comparison = compare(got, &want, tolerance);
            Ok(((comparison.why, comparison.worst), want))
        })
    }

    fn finite(&self, formula: &'a Formula, site: usize) -> Result<Finding<'a>, Halt> {
        let got = self.evaluate(formula, Whose::Student, site);
        let want = || self.evaluate(formula, Whose::Reference, site);
        self.beside(got, want, |got, want| {
            let why = shape(got, &want).or_else(|| (!is_finite(got)).then(|| "an entry is infinite or NaN".to_owned()));
            Ok(((why, None), want))
        })
    }

    fn fails(&self, formula: &'a Formula, error: Option<&'a Want>, site: usize) -> Result<Finding<'a>, Halt> {
        let got = self.evaluate(formula, Whose::Student, site);
        if let Some(error) = error {
            let want = || {
                let error = self.want(formula, error, site)?.into_owned();
                Ok(Cow::Owned(Value::Result(Err(Box::new(error)))))
            };
            return self.compared(got, want, UpTo::Nothing);
        }
        let got = got?;
        let failed = matches!(*got, Value::Result(Err(_)));
        let why = (!failed).then(|| "it succeeded, but it should fail".to_owned());
        Ok(Finding::new(why, Some(got), None))
    }

    fn panics(&self, formula: &'a Formula, site: usize) -> Result<Finding<'a>, Halt> {
        let (value, missing, _) = self.run(formula, Whose::Student, self.inputs, site);
        if let Err(Stop::Ended {
            whose: Whose::Student,
            outcome: Outcome::Panicked { .. },
            ..
        }) = value
        {
            return Ok(Finding::of(Verdict::Pass));
        }
        let got = stopped(value, missing)?;
        let why = "it returned, but it should panic".to_owned();
        Ok(Finding::new(Some(why), Some(got), None))
    }

    /// Judges what came beside what was wanted, which is shown also when nothing came.
    fn beside(
        &self,
        got: Halting<'a>,
        want: impl FnOnce() -> Halting<'a>,
        judge: impl FnOnce(&Value, Cow<'a, Value>) -> Result<(Reason, Cow<'a, Value>), String>,
    ) -> Result<Finding<'a>, Halt> {
        let got = match got {
            // Without the student's answers, what is wanted does not matter yet.
            Err(Halt::Missing(missing)) if self.asks == Whose::Student => return Err(Halt::Missing(missing)),
            got => got,
        };
        let want = want()?;
        match got {
            Ok(got) => {
                let ((why, worst), want) = judge(&got, want).map_err(Halt::not_graded)?;
                Ok(Finding {
                    worst,
                    ..Finding::new(why, Some(got), Some(want))
                })
            }
            Err(Halt::Verdict(verdict)) => Ok(Finding {
                want: Some(want),
                ..Finding::of(*verdict)
            }),
            Err(Halt::Missing(missing)) => Err(Halt::Missing(missing)),
        }
    }

    pub(super) fn evaluate(&self, formula: &'a Formula, bare: Whose, site: usize) -> Halting<'a> {
        let (value, missing, _) = self.run(formula, bare, self.inputs, site);
        stopped(value, missing)
    }

    /// Evaluates a formula whose calls have the sites from this one on.
    pub(super) fn run<'s>(&self, formula: &'s Formula, bare: Whose, inputs: &'s [Value], site: usize) -> Evaluated<'s>
    where
        'a: 's,
    {
        let mut scope = Scope {
            inputs,
            signature: &self.plan.signature,
            bare,
            student: self.student.get(site..).unwrap_or_default(),
            reference: self.reference.get(site..).unwrap_or_default(),
            tolerance: self.check.tolerance,
            missing: Vec::new(),
            compared: Vec::new(),
            in_order: self.plan.in_order(self.check).then_some(self.asks),
            stuck: self.stuck.get(),
        };
        let value = formula.evaluate(&mut scope);
        self.stuck.set(scope.stuck);
        let mut missing = scope.missing;
        missing.iter_mut().for_each(|missing| missing.site += site);
        (value, missing, scope.compared)
    }
}
