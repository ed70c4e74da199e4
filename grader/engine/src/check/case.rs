//! One case with the answers known so far -> what came of it, or which calls are missing.

use std::borrow::Cow;

use grader_abi::Value;

use crate::compare::{Worst, compare, is_finite, shape};
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
}

/// What one case came to.
pub(super) struct Finding<'a> {
    pub(super) verdict: Verdict,
    pub(super) got: Option<Cow<'a, Value>>,
    pub(super) want: Option<Cow<'a, Value>>,
    pub(super) worst: Option<Worst>,
}

/// Why there is no value.
pub(super) enum Halt {
    Missing(Vec<Missing>),
    Verdict(Box<Verdict>),
}

pub(super) type Halting<'a> = Result<Cow<'a, Value>, Halt>;

impl<'a> Case<'a> {
    /// # Errors
    /// The calls that are missing.
    pub(super) fn judge(&self) -> Result<Finding<'a>, Vec<Missing>> {
        let finding = match &self.check.rule {
            Rule::Call { formula, want } => {
                self.compared(self.evaluate(formula, Whose::Student, 0), || self.want(formula, want))
            }
            Rule::Holds(formula) => self.holds(formula),
            Rule::Gradient { of, wrt, equals, step } => self.compared(self.evaluate(equals, Whose::Student, 0), || {
                self.derivative(of, *wrt, equals.sites, *step)
            }),
            Rule::Finite(formula) => self.finite(formula),
            Rule::Panics(formula) => self.panics(formula),
        };
        match finding {
            Ok(finding) => Ok(finding),
            Err(Halt::Verdict(verdict)) => Ok(Finding::of(*verdict)),
            Err(Halt::Missing(missing)) => Err(missing),
        }
    }

    fn want(&self, formula: &'a Formula, want: &'a Want) -> Halting<'a> {
        match want {
            Want::Reference => self.evaluate(formula, Whose::Reference, 0),
            Want::Value(value) => Ok(Cow::Borrowed(value)),
            Want::Formula(want) => self.evaluate(want, Whose::Reference, formula.sites),
        }
    }

    fn compared(&self, got: Halting<'a>, want: impl FnOnce() -> Halting<'a>) -> Result<Finding<'a>, Halt> {
        self.beside(got, want, |got, want| {
            let comparison = compare(got, want, self.check.tolerance);
            (comparison.why, comparison.worst)
        })
    }

    fn finite(&self, formula: &'a Formula) -> Result<Finding<'a>, Halt> {
        let got = self.evaluate(formula, Whose::Student, 0);
        let want = || self.evaluate(formula, Whose::Reference, 0);
        self.beside(got, want, |got, want| {
            let why = shape(got, want).or_else(|| (!is_finite(got)).then(|| "an entry is infinite or NaN".to_owned()));
            (why, None)
        })
    }

    /// Judges what came beside what was wanted, which is shown also when nothing came.
    fn beside(
        &self,
        got: Halting<'a>,
        want: impl FnOnce() -> Halting<'a>,
        judge: impl FnOnce(&Value, &Value) -> (Option<String>, Option<Worst>),
    ) -> Result<Finding<'a>, Halt> {
        let got = match got {
            // Without the student's answers, what is wanted does not matter yet.
            Err(Halt::Missing(missing)) if self.asks == Whose::Student => return Err(Halt::Missing(missing)),
            got => got,
        };
        match (want(), got) {
            (Ok(want), Ok(got)) => {
                let (why, worst) = judge(&got, &want);
                Ok(Finding {
                    worst,
                    ..Finding::new(why, Some(got), Some(want))
                })
            }
            (Ok(want), Err(Halt::Verdict(verdict))) => Ok(Finding {
                want: Some(want),
                ..Finding::of(*verdict)
            }),
            (Err(Halt::Missing(mut missing)), Err(Halt::Missing(more))) => {
                missing.extend(more);
                Err(Halt::Missing(missing))
            }
            (Ok(_), Err(halt)) | (Err(halt), _) => Err(halt),
        }
    }

    fn holds(&self, formula: &'a Formula) -> Result<Finding<'a>, Halt> {
        let mut scope = self.scope(Whose::Student, self.inputs, 0);
        let value = formula.evaluate(&mut scope);
        let compared = std::mem::take(&mut scope.compared);
        let value = stopped(value, scope.missing)?;
        let with_nan = compared.iter().position(|compared| compared.nan);
        let unmet = || compared.iter().position(|compared| !compared.holds);
        let shown = with_nan.or_else(unmet).unwrap_or(0);
        let shown = compared.into_iter().nth(shown);
        let why = match (&*value, with_nan, &shown) {
            (_, Some(_), Some(compared)) => Some(about(compared, formula, "a NaN is in the comparison".to_owned())),
            (Value::Bool(true), ..) => None,
            (_, _, Some(compared)) if !compared.holds => Some(self.unmet(compared, formula)),
            _ => Some("it is false".to_owned()),
        };
        let equality = shown
            .as_ref()
            .filter(|compared| compared.operator == "==" && !compared.holds);
        let worst = equality.and_then(|compared| compare(&compared.got, &compared.want, self.check.tolerance).worst);
        let (got, want) = shown.map(|compared| (compared.got, compared.want)).unzip();
        Ok(Finding {
            worst,
            ..Finding::new(why, got, want)
        })
    }

    fn unmet(&self, compared: &Compared<'_>, formula: &Formula) -> String {
        let why = compare(&compared.got, &compared.want, self.check.tolerance).why;
        let why = match (compared.operator, why) {
            ("==", Some(why)) => format!("left differs from right: {why}"),
            ("!=", _) => "left equals right, within the tolerance".to_owned(),
            (operator, _) => format!("left {operator} right does not hold"),
        };
        about(compared, formula, why)
    }

    fn panics(&self, formula: &'a Formula) -> Result<Finding<'a>, Halt> {
        let mut scope = self.scope(Whose::Student, self.inputs, 0);
        match formula.evaluate(&mut scope) {
            Err(Stop::Ended {
                whose: Whose::Student,
                outcome: Outcome::Panicked { .. },
                ..
            }) => Ok(Finding::of(Verdict::Pass)),
            evaluated => {
                let got = stopped(evaluated, scope.missing)?;
                Ok(Finding::new(
                    Some("it returned, but it should panic".to_owned()),
                    Some(got),
                    None,
                ))
            }
        }
    }

    fn evaluate(&self, formula: &'a Formula, bare: Whose, first_site: usize) -> Halting<'a> {
        let mut scope = self.scope(bare, self.inputs, first_site);
        let value = formula.evaluate(&mut scope);
        stopped(value, at_sites(scope.missing, first_site))
    }

    pub(super) fn scope<'s>(&self, bare: Whose, inputs: &'s [Value], first_site: usize) -> Scope<'s>
    where
        'a: 's,
    {
        Scope {
            inputs,
            signature: &self.plan.signature,
            bare,
            student: self.student.get(first_site..).unwrap_or_default(),
            reference: self.reference.get(first_site..).unwrap_or_default(),
            tolerance: self.check.tolerance,
            missing: Vec::new(),
            compared: Vec::new(),
        }
    }
}

impl<'a> Finding<'a> {
    fn new(why: Option<String>, got: Option<Cow<'a, Value>>, want: Option<Cow<'a, Value>>) -> Self {
        let verdict = why.map_or(Verdict::Pass, |why| Verdict::Fail { why });
        Self {
            got,
            want,
            ..Self::of(verdict)
        }
    }

    fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            got: None,
            want: None,
            worst: None,
        }
    }

    pub(super) fn not_graded(why: impl Into<String>) -> Self {
        Self::of(Verdict::NotGraded { why: why.into() })
    }
}

/// Says which comparison is meant where there are several.
fn about(compared: &Compared<'_>, formula: &Formula, why: String) -> String {
    if compared.text == formula.text {
        why
    } else {
        format!("in `{}`, {why}", compared.text)
    }
}

pub(super) fn stopped<'v>(value: Result<Cow<'v, Value>, Stop>, missing: Vec<Missing>) -> Halting<'v> {
    let verdict = match value {
        Ok(value) => return Ok(value),
        Err(Stop::Missing) => return Err(Halt::Missing(missing)),
        Err(Stop::Ended {
            outcome: Outcome::HarnessFault { why },
            ..
        }) => Verdict::NotGraded { why },
        Err(Stop::Ended {
            whose: Whose::Reference,
            call,
            outcome,
        }) => Verdict::NotGraded {
            why: format!("the reference's {call} {outcome}"),
        },
        Err(Stop::Ended {
            whose: Whose::Student,
            call,
            outcome,
        }) => Verdict::Error { call, outcome },
        Err(Stop::Unfit {
            why,
            text,
            of_student: true,
        }) => Verdict::Fail {
            why: format!("`{text}` has no value: {why}"),
        },
        Err(Stop::Unfit {
            why,
            text,
            of_student: false,
        }) => Verdict::NotGraded {
            why: format!("the spec's `{text}` has no value: {why}"),
        },
    };
    Err(Halt::Verdict(Box::new(verdict)))
}

pub(super) fn at_sites(mut missing: Vec<Missing>, first_site: usize) -> Vec<Missing> {
    missing.iter_mut().for_each(|missing| missing.site += first_site);
    missing
}
