//! Two values -> whether they agree, and if not, where they differ most.
//!
//! Shape first, then each number within `abs + rel * |want|`. No broadcasting. An infinity equals only itself; a NaN equals
//! nothing, unless the check says otherwise. Integers, texts and bools agree exactly.

mod matching;
mod up_to;
mod worst;

use std::cmp::Ordering;

use grader_abi::Value;
use serde::{Deserialize, Serialize};

pub use up_to::UpTo;
pub(crate) use up_to::aligned;
pub use worst::Worst;
use worst::place;

/// How far apart numbers may be and still agree: `|got - want| <= abs + rel * |want|`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// Relative to what is wanted.
    pub rel: f64,
    /// Absolute.
    pub abs: f64,
    /// Whether a NaN equals a NaN.
    #[serde(default)]
    pub nan_equal: bool,
}

/// How two values compare.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    /// Whether they agree.
    pub(crate) agrees: bool,
    /// Whether there is a NaN that no NaN may equal.
    pub(crate) nan: bool,
    /// Why they do not agree, as a fragment.
    pub(crate) why: Option<String>,
    /// The numbers that differ most, if numbers are what differs.
    pub(crate) worst: Option<Worst>,
}

impl Tolerance {
    pub(crate) fn allowed(&self, want: f64) -> f64 {
        self.abs + self.rel * want.abs()
    }

    fn agree(&self, got: f64, want: f64) -> bool {
        if got.is_nan() || want.is_nan() {
            return self.nan_equal && got.is_nan() && want.is_nan();
        }
        // Equal infinities have a difference of NaN, and an allowance that overflows reaches no infinity.
        got == want || (got.is_finite() && want.is_finite() && (got - want).abs() <= self.allowed(want))
    }
}

/// Compares what came with what was wanted.
#[must_use]
pub(crate) fn compare(got: &Value, want: &Value, tolerance: Tolerance) -> Comparison {
    let mut walk = Walk {
        tolerance,
        index: Vec::new(),
        why: None,
        worst: None,
    };
    walk.pair(got, want);
    let nan = !tolerance.nan_equal && (has_nan(got) || has_nan(want));
    let why = walk.why.or_else(|| walk.worst.as_ref().map(Worst::describe));
    Comparison {
        agrees: why.is_none(),
        nan,
        why,
        worst: walk.worst,
    }
}

/// Whether `left operator right` holds for two numbers: `<=` and `>=` allow the tolerance, `<` and `>` do not; integers
/// compare exactly. `None` when a side is no number.
#[must_use]
pub(crate) fn in_order(operator: &str, left: &Value, right: &Value, tolerance: Tolerance) -> Option<bool> {
    let (got, want) = (number(left)?, number(right)?);
    let exact = matches!((left, right), (Value::Integer(_), Value::Integer(_)));
    let nearly = || !exact && tolerance.agree(got, want);
    let ordering = order(left, right);
    Some(match operator {
        "<" => ordering == Some(Ordering::Less),
        ">" => ordering == Some(Ordering::Greater),
        "<=" => matches!(ordering, Some(Ordering::Less | Ordering::Equal)) || nearly(),
        ">=" => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)) || nearly(),
        _ => return None,
    })
}

/// The order of two numbers, integers exactly; none with a NaN.
#[must_use]
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

/// Whether a NaN is anywhere inside.
#[must_use]
pub(crate) fn has_nan(value: &Value) -> bool {
    any_real(value, &f64::is_nan)
}

/// Whether every number inside is finite.
#[must_use]
pub(crate) fn is_finite(value: &Value) -> bool {
    !any_real(value, &|real| !real.is_finite())
}

/// How the shape of nested lists differs from the one wanted, as a fragment.
#[must_use]
pub(crate) fn shape(got: &Value, want: &Value) -> Option<String> {
    let exact = Tolerance {
        rel: 0.0,
        abs: 0.0,
        nan_equal: false,
    };
    compare(&flat(got), &flat(want), exact).why
}

/// The same lists around zeros.
fn flat(value: &Value) -> Value {
    match value {
        Value::Reals(reals) => Value::Reals(vec![0.0; reals.len()]),
        Value::List(items) => Value::List(items.iter().map(flat).collect()),
        _ => Value::Real(0.0),
    }
}

fn any_real(value: &Value, test: &impl Fn(f64) -> bool) -> bool {
    match value {
        Value::Real(real) => test(*real),
        Value::Reals(reals) => reals.iter().any(|real| test(*real)),
        Value::List(items) | Value::Tuple(items) => items.iter().any(|item| any_real(item, test)),
        Value::Option(option) => option.as_ref().is_some_and(|inner| any_real(inner, test)),
        Value::Result(Ok(inner) | Err(inner)) => any_real(inner, test),
        Value::Bool(_) | Value::Integer(_) | Value::Char(_) | Value::Text(_) => false,
    }
}

/// The number that a value is.
#[must_use]
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Real(real) => Some(*real),
        Value::Integer(integer) => Some(*integer as f64),
        _ => None,
    }
}

/// All numbers of nested lists.
#[must_use]
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Reals(reals) => reals.clone(),
        Value::List(items) => items.iter().flat_map(numbers).collect(),
        scalar => number(scalar).into_iter().collect(),
    }
}

struct Walk {
    tolerance: Tolerance,
    index: Vec<usize>,
    why: Option<String>,
    worst: Option<Worst>,
}

impl Walk {
    fn pair(&mut self, got: &Value, want: &Value) {
        match (got, want) {
            (Value::Reals(got), Value::Reals(want)) => {
                if self.same_length(got.len(), want.len()) {
                    got.iter()
                        .zip(want)
                        .enumerate()
                        .for_each(|(index, (got, want))| self.at(index, |walk| walk.reals(*got, *want)));
                }
            }
            (Value::List(got), Value::List(want)) => self.lists(got, want),
            (Value::Reals(reals), Value::List(list)) => self.lists(&wrap(reals), list),
            (Value::List(list), Value::Reals(reals)) => self.lists(list, &wrap(reals)),
            (Value::Tuple(got), Value::Tuple(want)) => self.lists(got, want),
            (Value::Option(Some(got)), Value::Option(Some(want))) => self.pair(got, want),
            (Value::Result(Ok(got)), Value::Result(Ok(want))) => self.pair(got, want),
            (Value::Result(Err(got)), Value::Result(Err(want))) => self.pair(got, want),
            (Value::Integer(a), Value::Integer(b)) if a == b => {}
            (Value::Integer(_), Value::Integer(_)) => self.differ(got, want),
            _ => match (number(got), number(want)) {
                (Some(got), Some(want)) => self.reals(got, want),
                _ if got == want => {}
                _ => self.differ(got, want),
            },
        }
    }

    fn lists(&mut self, got: &[Value], want: &[Value]) {
        if self.same_length(got.len(), want.len()) {
            got.iter()
                .zip(want)
                .enumerate()
                .for_each(|(index, (got, want))| self.at(index, |walk| walk.pair(got, want)));
        }
    }

    fn at(&mut self, index: usize, visit: impl FnOnce(&mut Self)) {
        self.index.push(index);
        visit(self);
        self.index.pop();
    }

    fn same_length(&mut self, got: usize, want: usize) -> bool {
        if got != want {
            let entries = if got == 1 { "entry" } else { "entries" };
            self.because(format!("{}has {got} {entries}, wanted {want}", place(&self.index)));
        }
        got == want
    }

    fn reals(&mut self, got: f64, want: f64) {
        if self.tolerance.agree(got, want) {
            return;
        }
        let worst = Worst {
            index: self.index.clone(),
            got,
            want,
            difference: (got - want).abs(),
            allowed: self.tolerance.allowed(want),
        };
        if self
            .worst
            .as_ref()
            .is_none_or(|known| worst.badness() > known.badness())
        {
            self.worst = Some(worst);
        }
    }

    fn differ(&mut self, got: &Value, want: &Value) {
        self.because(format!(
            "{}is {}, wanted {}",
            place(&self.index),
            crate::show::show(got),
            crate::show::show(want)
        ));
    }

    /// The first reason is the one to tell.
    fn because(&mut self, why: String) {
        self.why.get_or_insert(why);
    }
}

fn wrap(reals: &[f64]) -> Vec<Value> {
    reals.iter().copied().map(Value::Real).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIGHT: Tolerance = Tolerance {
        rel: 1e-9,
        abs: 1e-12,
        nan_equal: false,
    };

    #[test]
    fn numbers_agree_within_the_tolerance_and_never_beyond() {
        let inf = f64::INFINITY;
        for (got, want, agrees) in [
            (1.0, 1.0 + 1e-10, true),
            (1.0, 1.0 + 1e-8, false),
            (-1.0, -1.0 - 1e-10, true),
            (0.0, 1e-13, true),
            (0.0, 1e-11, false),
            (0.0, -0.0, true),
            (1e-310, 2e-310, true),
            (inf, inf, true),
            (inf, -inf, false),
            (1e308, inf, false),
            (inf, 1e308, false),
            (-1e308, 1e308, false),
            (-0.0, 0.0, true),
            (5e-324, 0.0, true),
            (f64::NAN, f64::NAN, false),
            (f64::NAN, 1.0, false),
            (1.0, f64::NAN, false),
        ] {
            assert_eq!(
                compare(&Value::Real(got), &Value::Real(want), TIGHT).agrees,
                agrees,
                "{got:?} {want:?}"
            );
        }
        let equal = Tolerance {
            nan_equal: true,
            ..TIGHT
        };
        let overflowing = Tolerance {
            rel: 0.9,
            abs: 1e308,
            ..TIGHT
        };
        assert!(!compare(&Value::Real(inf), &Value::Real(1.7e308), overflowing).agrees);
        assert!(compare(&Value::Real(f64::NAN), &Value::Real(-f64::NAN), equal).agrees);
        assert!(!compare(&Value::Real(f64::NAN), &Value::Real(0.0), equal).agrees);
    }

    #[test]
    fn shape_comes_first_and_the_worst_entry_is_named() {
        let reals = |reals: &[f64]| Value::Reals(reals.to_vec());
        for (got, want, why) in [
            (reals(&[1.0]), reals(&[1.0, 2.0]), "has 1 entry, wanted 2"),
            (
                reals(&[1.0, 2.5, 30.0]),
                reals(&[1.0, 2.0, 3.0]),
                "entry [2] is 30.0, wanted 3.0: off by 27, allowed 3.001e-9",
            ),
            (
                reals(&[5.0, f64::NAN]),
                reals(&[1.0, 2.0]),
                "entry [1] is NaN, wanted 2.0",
            ),
            (
                Value::List(vec![reals(&[1.0]), reals(&[])]),
                Value::List(vec![reals(&[1.0]), reals(&[1.0])]),
                "entry [1] has 0 entries, wanted 1",
            ),
            (
                Value::List(vec![reals(&[1.0]), reals(&[1.0])]),
                Value::List(vec![reals(&[1.0, 2.0]), reals(&[])]),
                "entry [0] has 1 entry, wanted 2",
            ),
            (Value::Real(f64::NAN), Value::Real(1.0), "a NaN equals nothing"),
            (
                Value::Real(2.0),
                Value::Real(f64::INFINITY),
                "an infinity equals only itself",
            ),
            (Value::Real(-1e308), Value::Real(1e308), "off by inf, allowed 1.000e299"),
            (
                Value::Text("a".into()),
                Value::Text("b".into()),
                "is \"a\", wanted \"b\"",
            ),
            (
                Value::Option(None),
                Value::Option(Some(Box::new(Value::Real(1.0)))),
                "is None, wanted Some(1.0)",
            ),
            (
                Value::Integer(i128::MAX),
                Value::Integer(i128::MAX - 1),
                "is 170141183460469231731687303715884105727, wanted 170141183460469231731687303715884105726",
            ),
        ] {
            assert_eq!(compare(&got, &want, TIGHT).why.as_deref(), Some(why));
        }
    }

    #[test]
    fn without_a_tolerance_the_entry_farthest_off_is_the_worst() {
        let exact = Tolerance {
            rel: 0.0,
            abs: 0.0,
            nan_equal: false,
        };
        let (got, want) = (Value::Reals(vec![1.5, 9.0, 3.0]), Value::Reals(vec![1.0, 2.0, 3.0]));
        let worst = compare(&got, &want, exact).worst.unwrap();
        assert_eq!((worst.index, worst.difference), (vec![1], 7.0));
    }

    #[test]
    fn a_shape_is_that_of_all_lists_inside() {
        let row = |length| Value::Reals(vec![f64::NAN; length]);
        for (got, want, why) in [
            (row(2), row(3), Some("has 2 entries, wanted 3")),
            (row(2), row(2), None),
            (
                Value::List(vec![row(1), row(2)]),
                Value::List(vec![row(1), row(3)]),
                Some("entry [1] has 2 entries, wanted 3"),
            ),
            (Value::Real(1.0), Value::Integer(7), None),
        ] {
            assert_eq!(shape(&got, &want).as_deref(), why, "{got:?} {want:?}");
        }
    }

    #[test]
    fn integers_are_ordered_exactly() {
        let (small, large) = (Value::Integer(1 << 60), Value::Integer((1 << 60) + 1));
        for (operator, want) in [("<", true), ("<=", true), (">", false), (">=", false)] {
            assert_eq!(in_order(operator, &small, &large, TIGHT), Some(want), "{operator}");
        }
    }

    #[test]
    fn orderings_with_equality_allow_the_tolerance_and_strict_ones_do_not() {
        for (operator, left, right, want) in [
            ("<=", 1.0 + 1e-10, 1.0, true),
            ("<", 1.0, 1.0 + 1e-10, true),
            ("<", 1.0, 1.0, false),
            (">=", 1.0, 1.0 + 1e-10, true),
            (">", f64::NAN, 1.0, false),
            ("<=", f64::INFINITY, 1e308, false),
        ] {
            assert_eq!(
                in_order(operator, &Value::Real(left), &Value::Real(right), TIGHT),
                Some(want),
                "{left} {operator} {right}"
            );
        }
    }
}
