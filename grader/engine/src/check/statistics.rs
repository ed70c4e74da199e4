//! A function that draws random numbers: many draws, each with a seed of its own, and how far their mean and variance lie
//! from what is wanted.
//!
//! The seeds are part of the case, so that the same solution always gets the same verdict. How likely a right one fails is
//! known before: that of a normal distribution to lie so many standard errors away, for each statistic of each case.

use std::borrow::Cow;

use grader_abi::Value;

use super::case::Case;
use super::finding::{Finding, Halt, stopped};
use crate::compare::number;
use crate::expression::{Formula, Whose};
use crate::plan::Statistics;
use crate::verdict::Verdict;

/// What draws come to.
struct Sample {
    count: f64,
    mean: f64,
    variance: f64,
    /// The mean of the fourth powers of the distances from the mean.
    fourth: f64,
    /// Whether all are the same.
    is_constant: bool,
}

/// One statistic: what it is called, what it is, what it should be, and its standard error.
struct Statistic {
    name: &'static str,
    got: f64,
    want: f64,
    error: f64,
}

impl<'a> Case<'a> {
    pub(super) fn statistical(&self, rule: &'a Statistics, site: usize) -> Result<Finding<'a>, Halt> {
        let sample = Sample::of(&self.draws(rule, site)?);
        let mean = self.wanted(rule.mean.as_ref())?;
        let variance = self.wanted(rule.variance.as_ref())?;
        if sample.is_constant && variance != Some(0.0) {
            let why = format!("all {} draws are {:?}", rule.draws, sample.mean);
            return Ok(Finding::of(Verdict::Fail { why }));
        }
        let statistics = [
            mean.map(|want| sample.mean_beside(want, variance)),
            variance.map(|want| sample.variance_beside(want)),
        ];
        let mut shown = Finding::of(Verdict::Pass);
        for statistic in statistics.into_iter().flatten() {
            let allowed = rule.sigmas * statistic.error + self.check.tolerance.allowed(statistic.want);
            let why = statistic.why(rule, allowed);
            let value = |real: f64| Some(Cow::Owned(Value::Real(real)));
            let finding = Finding::new(why, value(statistic.got), value(statistic.want));
            if !finding.verdict.is_pass() {
                return Ok(finding);
            }
            shown = finding;
        }
        Ok(shown)
    }

    /// The numbers drawn; a bool counts as 0 or 1.
    fn draws(&self, rule: &'a Statistics, site: usize) -> Result<Vec<f64>, Halt> {
        let mut inputs = self.inputs.to_vec();
        let Value::Integer(first) = inputs[rule.seed] else {
            return Err(Halt::not_graded("the seed of the draws is no integer".to_owned()));
        };
        let mut missing = Vec::new();
        let mut draws = Vec::new();
        for draw in 0..rule.draws as usize {
            inputs[rule.seed] = Value::Integer(first + draw as i128);
            let (value, found, _) = self.run(&rule.of, Whose::Student, &inputs, site + draw * rule.of.sites);
            match stopped(value, found) {
                Ok(value) => draws.push(as_number(&value)),
                Err(Halt::Missing(more)) => missing.extend(more),
                Err(halt) => return Err(halt),
            }
        }
        if missing.is_empty() {
            Ok(draws)
        } else {
            Err(Halt::Missing(missing))
        }
    }

    fn wanted(&self, formula: Option<&'a Formula>) -> Result<Option<f64>, Halt> {
        let Some(formula) = formula else { return Ok(None) };
        let want = as_number(&*self.evaluate(formula, Whose::Reference, 0)?);
        if want.is_finite() {
            return Ok(Some(want));
        }
        Err(Halt::not_graded(format!("the spec's `{}` is {want:?}", formula.text)))
    }
}

impl Sample {
    fn of(draws: &[f64]) -> Self {
        let count = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / count;
        let power = |power: i32| draws.iter().map(|draw| (draw - mean).powi(power)).sum::<f64>();
        Self {
            count,
            mean,
            variance: power(2) / (count - 1.0),
            fourth: power(4) / count,
            is_constant: draws.iter().all(|draw| *draw == draws[0]),
        }
    }

    /// The mean, whose error is that of the variance that is wanted, or else of the one that came.
    fn mean_beside(&self, want: f64, variance: Option<f64>) -> Statistic {
        Statistic {
            name: "mean",
            got: self.mean,
            want,
            error: (variance.unwrap_or(self.variance) / self.count).max(0.0).sqrt(),
        }
    }

    /// The variance, whose error comes from the fourth moment (Cramér, 1946, §27.4), which needs no normal distribution.
    fn variance_beside(&self, want: f64) -> Statistic {
        let n = self.count;
        let square = (self.variance * (n - 1.0) / n).powi(2);
        let error = (self.fourth - square * (n - 3.0) / (n - 1.0)) / n;
        Statistic {
            name: "variance",
            got: self.variance,
            want,
            error: error.max(0.0).sqrt(),
        }
    }
}

impl Statistic {
    fn why(&self, rule: &Statistics, allowed: f64) -> Option<String> {
        let off = (self.got - self.want).abs();
        // A NaN is in no order.
        let fits = off <= allowed;
        (!fits).then(|| {
            format!(
                "the {} of {} draws is off by {off:.3}, allowed {allowed:.3}: {} standard errors, which chance exceeds \
                 less than once in {:.0e} times",
                self.name,
                rule.draws,
                rule.sigmas,
                1.0 / false_alarm(rule.sigmas)
            )
        })
    }
}

/// At most how likely a normal number is to lie so many standard deviations from its mean, on either side (Gordon, 1941).
fn false_alarm(sigmas: f64) -> f64 {
    let density = (-sigmas * sigmas / 2.0).exp() / std::f64::consts::TAU.sqrt();
    2.0 * density / sigmas
}

fn as_number(value: &Value) -> f64 {
    match value {
        Value::Bool(bool) => f64::from(u8::from(*bool)),
        other => number(other).unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_of_false_alarms_is_bounded_closely() {
        for (sigmas, rate) in [(3.0, 2.700e-3), (4.0, 6.334e-5), (5.0, 5.733e-7), (6.0, 1.973e-9)] {
            let bound = false_alarm(sigmas);
            assert!(rate < bound && bound < 1.12 * rate, "{sigmas}: {bound:e}");
        }
    }

    #[test]
    fn a_sample_of_bools_has_an_error_of_its_variance_even_where_it_hardly_has_one() {
        let draws: Vec<f64> = (0..1000).map(|index| f64::from(index % 2)).collect();
        let sample = Sample::of(&draws);
        let variance = sample.variance_beside(0.25);
        assert!(
            (variance.got - 0.25).abs() < 5.0 * variance.error,
            "{} {}",
            variance.got,
            variance.error
        );
        assert!(!sample.is_constant && sample.mean == 0.5);
    }
}
