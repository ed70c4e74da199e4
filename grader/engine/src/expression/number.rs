//! Arithmetic on values: element by element, broadcasting the one of lower rank over the items of the other.
//!
//! Integers stay integers under `+ - *` and never wrap; `/` and `^` are real. IEEE rules throughout: nothing here hides a
//! NaN or an infinity.

use grader_abi::{Type, Value};

use super::kind::Kind;
use super::parser::Operator;

/// How many lists are around the value.
pub(crate) fn rank(value: &Value) -> usize {
    match value {
        Value::Reals(_) => 1,
        Value::List(items) => 1 + items.first().map_or(0, rank),
        _ => 0,
    }
}

/// The items of a list, whichever form it has.
pub(super) fn items(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Reals(reals) => Some(reals.into_iter().map(Value::Real).collect()),
        Value::List(items) => Some(items),
        _ => None,
    }
}

/// A value in the one form that its kind has: integers widened where reals are wanted, a list of reals as
/// [`Value::Reals`].
pub(crate) fn canonical(value: Value, kind: &Kind) -> Value {
    let boxed = |value: Box<Value>, kind: &Kind| Box::new(canonical(*value, kind));
    match (value, kind) {
        (Value::Integer(integer), Kind::Real) => Value::Real(integer as f64),
        (Value::List(items), Kind::List(item)) if **item == Kind::Real => {
            Value::Reals(items.into_iter().filter_map(|item| real(&item)).collect())
        }
        (Value::List(items), Kind::List(item)) => {
            Value::List(items.into_iter().map(|value| canonical(value, item)).collect())
        }
        (Value::Tuple(members), Kind::Tuple(kinds)) => Value::Tuple(
            members
                .into_iter()
                .zip(kinds)
                .map(|(member, kind)| canonical(member, kind))
                .collect(),
        ),
        (Value::Option(option), Kind::Option(some)) => Value::Option(option.map(|value| boxed(value, some))),
        (Value::Result(result), Kind::Result(ok, err)) => {
            Value::Result(result.map(|value| boxed(value, ok)).map_err(|value| boxed(value, err)))
        }
        (value, _) => value,
    }
}

/// The number a value is.
pub(super) fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(real) => Some(*real),
        Value::Integer(integer) => Some(*integer as f64),
        _ => None,
    }
}

/// A value as an argument of this type: integers widened, and checked against the type's range, arrays' lengths checked.
pub(crate) fn fits_type(value: Value, ty: &Type) -> Result<Value, String> {
    let value = canonical(value, &Kind::of(ty));
    match (&value, ty) {
        (Value::Integer(integer), Type::Integer(integer_type)) => {
            let (least, most) = integer_type.range();
            if !(least..=most).contains(integer) {
                return Err(format!("{integer} is out of range for {integer_type}"));
            }
        }
        (Value::Reals(reals), Type::Array(_, length)) if reals.len() != *length as usize => {
            return Err(format!("a list of {} entries where {ty} is wanted", reals.len()));
        }
        (Value::List(items), Type::List(item)) => {
            return items
                .iter()
                .map(|value| fits_type(value.clone(), item))
                .collect::<Result<_, _>>()
                .map(Value::List);
        }
        (Value::List(items), Type::Array(item, length)) => {
            if items.len() != *length as usize {
                return Err(format!("a list of {} entries where {ty} is wanted", items.len()));
            }
            return items
                .iter()
                .map(|value| fits_type(value.clone(), item))
                .collect::<Result<_, _>>()
                .map(Value::List);
        }
        (Value::Real(real), Type::F32) => return Ok(Value::Real(f64::from(*real as f32))),
        _ => {}
    }
    Ok(value)
}

/// `f` on every number of a value.
pub(super) fn map(value: Value, f: &impl Fn(Value) -> Value) -> Value {
    match value {
        Value::Reals(reals) => {
            let items: Vec<Value> = reals.into_iter().map(|real| f(Value::Real(real))).collect();
            if items.iter().all(|item| matches!(item, Value::Real(_))) {
                Value::Reals(items.iter().filter_map(real).collect())
            } else {
                Value::List(items)
            }
        }
        Value::List(items) => Value::List(items.into_iter().map(|item| map(item, f)).collect()),
        scalar => f(scalar),
    }
}

/// `f` on every pair of scalars.
pub(super) fn zip(
    left: Value,
    right: Value,
    f: &impl Fn(Value, Value) -> Result<Value, String>,
) -> Result<Value, String> {
    let (left_rank, right_rank) = (rank(&left), rank(&right));
    if left_rank == 0 && right_rank == 0 {
        return f(left, right);
    }
    if left_rank != right_rank {
        let (list, other, flipped) = if left_rank > right_rank {
            (left, right, false)
        } else {
            (right, left, true)
        };
        let items = items(list).expect("a value of rank 1 or more is a list");
        let pairs = items.into_iter().map(|item| {
            if flipped {
                zip(other.clone(), item, f)
            } else {
                zip(item, other.clone(), f)
            }
        });
        return pairs.collect::<Result<_, _>>().map(Value::List);
    }
    let left = items(left).expect("a value of rank 1 or more is a list");
    let right = items(right).expect("a value of rank 1 or more is a list");
    if left.len() != right.len() {
        return Err(format!(
            "lists of {} and of {} entries cannot be combined",
            left.len(),
            right.len()
        ));
    }
    let pairs = left.into_iter().zip(right).map(|(left, right)| zip(left, right, f));
    pairs.collect::<Result<_, _>>().map(Value::List)
}

/// `+ - * / ^` of two scalars.
pub(super) fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Result<Value, String> {
    if let (Value::Integer(a), Value::Integer(b)) = (left, right) {
        let result = match operator {
            Operator::Add => Some(a.checked_add(*b)),
            Operator::Subtract => Some(a.checked_sub(*b)),
            Operator::Multiply => Some(a.checked_mul(*b)),
            _ => None,
        };
        if let Some(result) = result {
            return result
                .map(Value::Integer)
                .ok_or_else(|| "an integer grew past 128 bits".to_owned());
        }
    }
    let (Some(a), Some(b)) = (real(left), real(right)) else {
        return Err("a number is wanted here".to_owned());
    };
    Ok(Value::Real(match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        Operator::Power => a.powf(b),
        _ => return Err("not an arithmetic operator".to_owned()),
    }))
}
