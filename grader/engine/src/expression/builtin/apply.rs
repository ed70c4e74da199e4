//! What the functions of the language do. Their arguments were checked when the spec was loaded.

use std::cmp::Ordering;

use grader_abi::Value;

use super::super::number::{arithmetic, count, items, map_reals, real, size};
use super::super::tree::Operator;
use super::Builtin;
use super::matrix::{matmul, transpose};
use crate::compare::{Tolerance, compare, has_nan, numbers, order};
use crate::show::show;

/// How many values `range`, `repeat` and `concat` put into a list, the values of nested lists counted.
pub(super) const MAX_LIST: usize = 100_000;

/// Equal to the bit, but for the sign of zero.
const EXACT: Tolerance = Tolerance {
    rel: 0.0,
    abs: 0.0,
    nan_equal: false,
};

impl Builtin {
    /// The result, or why there is none.
    pub(in crate::expression) fn apply(self, arguments: Vec<Value>) -> Result<Value, String> {
        let mut arguments = arguments.into_iter();
        let mut next = || {
            arguments
                .next()
                .expect("the number of arguments was checked when the spec was loaded")
        };
        match self {
            Self::Abs => Ok(abs(next())),
            Self::Argmax => argmax(&list(next())),
            Self::Exp => Ok(map_reals(next(), &f64::exp)),
            Self::Ln => Ok(map_reals(next(), &f64::ln)),
            Self::Sqrt => Ok(map_reals(next(), &f64::sqrt)),
            Self::Sin => Ok(map_reals(next(), &f64::sin)),
            Self::Cos => Ok(map_reals(next(), &f64::cos)),
            Self::Tanh => Ok(map_reals(next(), &f64::tanh)),
            Self::Floor => Ok(map_reals(next(), &f64::floor)),
            Self::IsFinite => Ok(map_bools(next(), &f64::is_finite)),
            Self::IsNan => Ok(map_bools(next(), &|real| real.is_nan())),
            Self::IsSome => Ok(Value::Bool(matches!(next(), Value::Option(Some(_))))),
            Self::IsNone => Ok(Value::Bool(matches!(next(), Value::Option(None)))),
            Self::IsOk => Ok(Value::Bool(matches!(next(), Value::Result(Ok(_))))),
            Self::IsErr => Ok(Value::Bool(matches!(next(), Value::Result(Err(_))))),
            Self::Value => held(next()),
            Self::Error => error(next()),
            Self::All => Ok(Value::Bool(bools(next()).into_iter().all(|bool| bool))),
            Self::Any => Ok(Value::Bool(bools(next()).into_iter().any(|bool| bool))),
            Self::Concat => concat(next(), next()),
            Self::Contains => Ok(Value::Bool(contains(next(), &next()))),
            Self::Dot => dot(&reals(next()), &reals(next())),
            Self::Len => Ok(Value::Integer(count(&next()) as i128)),
            Self::Max => extreme(next(), "max", Ordering::Greater),
            Self::Min => extreme(next(), "min", Ordering::Less),
            Self::Mean => mean(&reals(next())),
            Self::Permute => permute(&list(next()), list(next())),
            Self::Range => Ok(Value::List((0..counted(next(), 1)?).map(Value::Integer).collect())),
            Self::Repeat => repeat(&next(), next()),
            Self::Reverse => Ok(Value::List(list(next()).into_iter().rev().collect())),
            Self::Sort => Ok(sort(next())),
            Self::Sum => sum(next()),
            Self::Product => product(next()),
            Self::Flatten => Ok(Value::List(flat(next()))),
            Self::Norm => Ok(Value::Real(numbers(&next()).iter().map(|x| x * x).sum::<f64>().sqrt())),
            Self::Matmul => matmul(&next(), &next()),
            Self::Transpose => transpose(&next()),
        }
    }
}

fn abs(value: Value) -> Value {
    match value {
        Value::Integer(integer) => Value::Integer(integer.saturating_abs()),
        Value::List(items) => Value::List(items.into_iter().map(abs).collect()),
        reals => map_reals(reals, &f64::abs),
    }
}

fn map_bools(value: Value, test: &impl Fn(f64) -> bool) -> Value {
    match value {
        Value::Reals(_) | Value::List(_) => {
            Value::List(list(value).into_iter().map(|item| map_bools(item, test)).collect())
        }
        scalar => Value::Bool(real(&scalar).is_some_and(test)),
    }
}

fn held(value: Value) -> Result<Value, String> {
    match value {
        Value::Option(Some(held)) | Value::Result(Ok(held)) => Ok(*held),
        other => Err(format!("it is {}", show(&other))),
    }
}

fn error(value: Value) -> Result<Value, String> {
    match value {
        Value::Result(Err(held)) => Ok(*held),
        other => Err(format!("it is {}", show(&other))),
    }
}

fn contains(value: Value, part: &Value) -> bool {
    match (value, part) {
        (Value::Text(text), Value::Text(part)) => text.contains(part),
        (value, part) => list(value).iter().any(|item| compare(item, part, EXACT).agrees),
    }
}

/// The scalars of nested lists.
fn flat(value: Value) -> Vec<Value> {
    match value {
        Value::Reals(_) | Value::List(_) => list(value).into_iter().flat_map(flat).collect(),
        scalar => vec![scalar],
    }
}

fn argmax(items: &[Value]) -> Result<Value, String> {
    let better = |best: usize, next: usize| match order(&items[next], &items[best]) {
        Some(Ordering::Greater) => Ok(next),
        Some(Ordering::Less | Ordering::Equal) => Ok(best),
        None => Err("a list with a NaN has no argmax".to_owned()),
    };
    let best = (1..items.len()).try_fold(0, better)?;
    let found = items.get(best).filter(|item| !has_nan(item));
    found
        .map(|_| Value::Integer(best as i128))
        .ok_or_else(|| "an empty list, or a list of NaNs, has no argmax".to_owned())
}

fn list(value: Value) -> Vec<Value> {
    items(value).unwrap_or_default()
}

fn reals(value: Value) -> Vec<f64> {
    match value {
        Value::Reals(reals) => reals,
        other => list(other).iter().filter_map(real).collect(),
    }
}

fn bools(value: Value) -> Vec<bool> {
    match value {
        Value::Bool(bool) => vec![bool],
        other => list(other).into_iter().flat_map(bools).collect(),
    }
}

/// A number of entries, when a list of so many values of this size is not too large.
fn counted(value: Value, size: usize) -> Result<i128, String> {
    let Value::Integer(count) = value else {
        return Err("a number of entries is wanted here".to_owned());
    };
    if count < 0 {
        return Err(format!("a list cannot have {count} entries"));
    }
    let fits = count
        .checked_mul(size as i128)
        .is_some_and(|total| total <= MAX_LIST as i128);
    fits.then_some(count)
        .ok_or_else(|| format!("a list of {count} entries is too long: {MAX_LIST} values at most"))
}

fn repeat(value: &Value, count: Value) -> Result<Value, String> {
    let count = counted(count, size(value))?;
    Ok(Value::List((0..count).map(|_| value.clone()).collect()))
}

fn concat(a: Value, b: Value) -> Result<Value, String> {
    if let (Value::Text(a), Value::Text(b)) = (&a, &b) {
        let length = Value::Integer((a.len() + b.len()) as i128);
        return counted(length, 1).map(|_| Value::Text(format!("{a}{b}")));
    }
    let (mut a, b) = (list(a), list(b));
    a.extend(b);
    counted(Value::Integer(a.len() as i128), 1).map(|_| Value::List(a))
}

fn dot(a: &[f64], b: &[f64]) -> Result<Value, String> {
    if a.len() != b.len() {
        return Err(format!(
            "lists of {} and of {} entries have no dot product",
            a.len(),
            b.len()
        ));
    }
    Ok(Value::Real(a.iter().zip(b).map(|(a, b)| a * b).sum()))
}

fn mean(reals: &[f64]) -> Result<Value, String> {
    if reals.is_empty() {
        return Err("an empty list has no mean".to_owned());
    }
    Ok(Value::Real(reals.iter().sum::<f64>() / reals.len() as f64))
}

fn sum(value: Value) -> Result<Value, String> {
    match value {
        Value::List(items) if !items.is_empty() => items
            .iter()
            .try_fold(Value::Integer(0), |sum, item| arithmetic(Operator::Add, &sum, item)),
        other => Ok(Value::Real(reals(other).iter().fold(0.0, |sum, real| sum + real))),
    }
}

fn product(value: Value) -> Result<Value, String> {
    match value {
        Value::List(items) if !items.is_empty() => items.iter().try_fold(Value::Integer(1), |product, item| {
            arithmetic(Operator::Multiply, &product, item)
        }),
        other => Ok(Value::Real(reals(other).iter().product())),
    }
}

/// The entry that is greater or less than all others; NaN if an entry is, where a comparison would pass it over.
fn extreme(value: Value, name: &str, wanted: Ordering) -> Result<Value, String> {
    let picked = list(value).into_iter().reduce(|best, next| match order(&next, &best) {
        Some(ordering) if ordering == wanted => next,
        Some(_) => best,
        None => Value::Real(f64::NAN),
    });
    picked.ok_or_else(|| format!("an empty list has no {name}"))
}

fn permute(items: &[Value], order: Vec<Value>) -> Result<Value, String> {
    let pick = |index: Value| match index {
        Value::Integer(index) => usize::try_from(index).ok().and_then(|index| items.get(index)).cloned(),
        _ => None,
    };
    let count = items.len();
    let picked = order
        .into_iter()
        .map(|index| pick(index).ok_or_else(|| format!("a list of {count} entries has no such entry")));
    picked.collect::<Result<_, _>>().map(Value::List)
}

fn sort(value: Value) -> Value {
    match value {
        Value::Reals(mut reals) => {
            reals.sort_by(f64::total_cmp);
            Value::Reals(reals)
        }
        other => {
            let mut items = list(other);
            items.sort_by_key(|item| {
                if let Value::Integer(integer) = item {
                    *integer
                } else {
                    0
                }
            });
            Value::List(items)
        }
    }
}
