//! The derivative that a gradient check wants: central differences, each divided by the step that was really taken.

use std::borrow::Cow;

use grader_abi::Value;

use super::case::Case;
use super::finding::{Halt, Halting, stopped};
use crate::compare::numbers;
use crate::expression::{Formula, Missing, Whose};
use crate::plan::Gradient;

/// A coordinate's ends, and the numbers there.
struct Difference {
    ends: [f64; 2],
    values: [Vec<f64>; 2],
}

impl<'a> Case<'a> {
    /// The derivative with respect to a real or to nested lists of reals, in their shape. The calls at the two ends of
    /// coordinate `i` have the sites from `2i` times the formula's on, behind those of the answer.
    pub(super) fn derivative(&self, gradient: &'a Gradient, site: usize) -> Halting<'a> {
        let point = &self.inputs[gradient.wrt];
        let upstream = match &gradient.upstream {
            Some(upstream) => numbers(&*self.evaluate(upstream, Whose::Reference, 0)?),
            None => vec![1.0],
        };
        let coordinates = numbers(point);
        let mut inputs = self.inputs.to_vec();
        let mut missing = Vec::new();
        let mut slopes = Vec::with_capacity(coordinates.len());
        for index in 0..coordinates.len() {
            let site = site + gradient.equals.sites + 2 * index * gradient.of.sites;
            let difference = self.difference(gradient, &coordinates, index, &mut inputs, site, &mut missing)?;
            slopes.push(self.slope(gradient, &difference, &upstream, missing.is_empty())?);
        }
        if missing.is_empty() {
            Ok(Cow::Owned(shaped(point, &mut slopes.into_iter())))
        } else {
            Err(Halt::Missing(missing))
        }
    }

    /// The values at both ends of a coordinate; none while calls are missing, which are collected.
    fn difference(
        &self,
        gradient: &'a Gradient,
        coordinates: &[f64],
        index: usize,
        inputs: &mut [Value],
        site: usize,
        missing: &mut Vec<Missing>,
    ) -> Result<Difference, Halt> {
        let x = coordinates[index];
        let h = gradient.step * x.abs().max(1.0);
        let ends = [x - h, x + h];
        let mut values = [Vec::new(), Vec::new()];
        for (side, end) in ends.into_iter().enumerate() {
            let moved = coordinates.iter().enumerate();
            let mut moved = moved.map(|(at, x)| if at == index { end } else { *x });
            inputs[gradient.wrt] = shaped(&self.inputs[gradient.wrt], &mut moved);
            values[side] = self.values_at(&gradient.of, inputs, site + side * gradient.of.sites, missing)?;
        }
        Ok(Difference { ends, values })
    }

    fn values_at(
        &self,
        of: &'a Formula,
        inputs: &[Value],
        site: usize,
        missing: &mut Vec<Missing>,
    ) -> Result<Vec<f64>, Halt> {
        let (value, found, _) = self.run(of, Whose::Student, inputs, site);
        match stopped(value, found) {
            Ok(value) => Ok(numbers(&value)),
            Err(Halt::Missing(more)) => {
                missing.extend(more);
                Ok(Vec::new())
            }
            Err(halt) => Err(halt),
        }
    }

    /// The slope along a coordinate. What the reference's values cannot tell is no fault of the student.
    fn slope(
        &self,
        gradient: &Gradient,
        difference: &Difference,
        upstream: &[f64],
        complete: bool,
    ) -> Result<f64, Halt> {
        let slope = difference.slope(upstream);
        if !complete || gradient.of.asks_student() {
            return Ok(slope);
        }
        let of = &gradient.of.text;
        if !slope.is_finite() {
            let why = format!("the finite differences of the spec's `{of}` are not finite");
            return Err(Halt::not_graded(why));
        }
        let (noise, allowed) = (difference.noise(upstream), self.check.tolerance.allowed(slope));
        if noise > allowed {
            let why = format!(
                "rounding alone makes the finite differences of the spec's `{of}` wrong by {noise:.1e} here, but the \
                 tolerance allows {allowed:.1e}: use a larger step or tolerance"
            );
            return Err(Halt::not_graded(why));
        }
        Ok(slope)
    }
}

impl Difference {
    /// NaN where the values are not of one length.
    fn slope(&self, upstream: &[f64]) -> f64 {
        let [low, high] = &self.values;
        if low.len() != high.len() || low.len() != upstream.len() {
            return f64::NAN;
        }
        let rises = low.iter().zip(high).map(|(low, high)| high - low);
        let rise: f64 = rises.zip(upstream).map(|(rise, weight)| weight * rise).sum();
        rise / (self.ends[1] - self.ends[0])
    }

    /// How wrong the slope is when each value is off by half a unit in its last place.
    fn noise(&self, upstream: &[f64]) -> f64 {
        let [low, high] = &self.values;
        let sizes = low.iter().zip(high).map(|(low, high)| low.abs() + high.abs());
        let size: f64 = sizes.zip(upstream).map(|(size, weight)| weight.abs() * size).sum();
        f64::EPSILON / 2.0 * size / (self.ends[1] - self.ends[0])
    }
}

/// The same nested lists with other numbers in them.
fn shaped(like: &Value, numbers: &mut impl Iterator<Item = f64>) -> Value {
    match like {
        Value::Reals(reals) => Value::Reals(numbers.take(reals.len()).collect()),
        Value::List(items) => Value::List(items.iter().map(|item| shaped(item, numbers)).collect()),
        _ => Value::Real(numbers.next().unwrap_or(f64::NAN)),
    }
}
