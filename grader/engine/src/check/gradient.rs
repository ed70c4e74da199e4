//! The derivative that a gradient check wants: central differences, each divided by the step that was really taken.

use std::borrow::Cow;

use grader_abi::Value;

use super::case::{Case, Halt, Halting, at_sites, stopped};
use crate::compare::number;
use crate::expression::{Formula, Missing, Whose};
use crate::verdict::Verdict;

impl<'a> Case<'a> {
    /// The derivative of a number with respect to a real or a list of reals. The calls at the two ends of coordinate `i` have
    /// the sites from `first_site + 2i` times the formula's on.
    pub(super) fn derivative(&self, of: &'a Formula, wrt: usize, first_site: usize, step: f64) -> Halting<'a> {
        let point = &self.inputs[wrt];
        let coordinates: &[f64] = match point {
            Value::Reals(reals) => reals,
            Value::Real(real) => std::slice::from_ref(real),
            _ => &[],
        };
        let mut inputs = self.inputs.to_vec();
        let mut missing = Vec::new();
        let mut slopes = Vec::with_capacity(coordinates.len());
        for (index, x) in coordinates.iter().enumerate() {
            let h = step * x.abs().max(1.0);
            let ends = [x - h, x + h];
            let mut values = [f64::NAN; 2];
            for (side, end) in ends.into_iter().enumerate() {
                set(&mut inputs[wrt], index, end);
                let site = first_site + (2 * index + side) * of.sites;
                values[side] = self.value_at(of, &inputs, site, &mut missing)?;
            }
            set(&mut inputs[wrt], index, *x);
            slopes.push((values[1] - values[0]) / (ends[1] - ends[0]));
        }
        if !missing.is_empty() {
            return Err(Halt::Missing(missing));
        }
        if !of.asks_student() && slopes.iter().any(|slope| !slope.is_finite()) {
            let why = format!("the finite differences of the spec's `{}` are not finite", of.text);
            return Err(Halt::Verdict(Box::new(Verdict::NotGraded { why })));
        }
        Ok(Cow::Owned(match point {
            Value::Real(_) => Value::Real(slopes[0]),
            _ => Value::Reals(slopes),
        }))
    }

    /// The formula's value; NaN while calls are missing, which are collected.
    fn value_at(
        &self,
        of: &'a Formula,
        inputs: &[Value],
        site: usize,
        missing: &mut Vec<Missing>,
    ) -> Result<f64, Halt> {
        let mut scope = self.scope(Whose::Student, inputs, site);
        let value = of.evaluate(&mut scope);
        match stopped(value, at_sites(scope.missing, site)) {
            Ok(value) => Ok(number(&value).unwrap_or(f64::NAN)),
            Err(Halt::Missing(more)) => {
                missing.extend(more);
                Ok(f64::NAN)
            }
            Err(halt) => Err(halt),
        }
    }
}

/// Moves one coordinate of a point.
fn set(point: &mut Value, index: usize, x: f64) {
    match point {
        Value::Reals(reals) => reals[index] = x,
        other => *other = Value::Real(x),
    }
}
