//! Arithmetic on values: element by element, broadcasting the one of lower rank over the items of the other.
//!
//! Integers stay integers under `+ - *` and never wrap; `/` and `^` are real. IEEE rules throughout: nothing here hides a
//! NaN or an infinity.

use std::borrow::Cow;

use grader_abi::{Type, Value};

use super::kind::Kind;
use super::tree::Operator;
pub(super) use crate::compare::number as real;

/// How many lists are around the value.
fn rank(value: &Value) -> usize {
    match value {
        Value::Reals(_) => 1,
        Value::List(items) => 1 + items.first().map_or(0, rank),
        _ => 0,
    }
}

/// How many items a list has, or characters a text.
pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Reals(reals) => reals.len(),
        Value::List(items) | Value::Tuple(items) => items.len(),
        Value::Text(text) => text.chars().count(),
        _ => 0,
    }
}

/// How many scalars a value holds, and one for each empty list.
pub(crate) fn size(value: &Value) -> usize {
    match value {
        Value::Reals(reals) => reals.len().max(1),
        Value::List(items) | Value::Tuple(items) => items.iter().map(size).sum::<usize>().max(1),
        Value::Option(Some(inner)) | Value::Result(Ok(inner) | Err(inner)) => size(inner),
        Value::Text(text) => text.len().max(1),
        _ => 1,
    }
}

/// An item of a list, whichever form it has, or a character of a text.
pub(super) fn item(value: &Value, at: usize) -> Option<Value> {
    match value {
        Value::Reals(reals) => reals.get(at).copied().map(Value::Real),
        Value::List(items) | Value::Tuple(items) => items.get(at).cloned(),
        Value::Text(text) => text.chars().nth(at).map(Value::Char),
        _ => None,
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

/// A value as an argument of this type: integers widened, and checked against the type's range, arrays' lengths checked.
pub(super) fn fits_type<'a>(value: Cow<'a, Value>, ty: &Type) -> Result<Cow<'a, Value>, String> {
    match (&*value, ty) {
        (Value::Real(_), Type::F64) | (Value::Text(_), Type::Text) => Ok(value),
        (Value::Reals(_), Type::List(item)) if **item == Type::F64 => Ok(value),
        _ => fitted(value.into_owned(), ty).map(Cow::Owned),
    }
}

fn fitted(value: Value, ty: &Type) -> Result<Value, String> {
    let boxed = |value: Box<Value>, ty: &Type| fitted(*value, ty).map(Box::new);
    match (value, ty) {
        (Value::Integer(integer), Type::Integer(integer_type)) => {
            let (least, most) = integer_type.range();
            if (least..=most).contains(&integer) {
                Ok(Value::Integer(integer))
            } else {
                Err(format!("{integer} is out of range for {integer_type}"))
            }
        }
        (Value::Integer(integer), Type::F64) => Ok(Value::Real(integer as f64)),
        (Value::Integer(integer), Type::F32) => Ok(Value::Real(f64::from(integer as f32))),
        (Value::Real(real), Type::F32) => Ok(Value::Real(f64::from(real as f32))),
        (value @ (Value::Reals(_) | Value::List(_)), Type::List(item)) => fitted_items(value, item),
        (value @ (Value::Reals(_) | Value::List(_)), Type::Array(item, length)) => {
            if count(&value) == *length as usize {
                fitted_items(value, item)
            } else {
                Err(format!("a list of {} entries where {ty} is wanted", count(&value)))
            }
        }
        (Value::Tuple(members), Type::Tuple(types)) => {
            let members = members.into_iter().zip(types).map(|(member, ty)| fitted(member, ty));
            members.collect::<Result<_, _>>().map(Value::Tuple)
        }
        (Value::Option(Some(value)), Type::Option(some)) => Ok(Value::Option(Some(boxed(value, some)?))),
        (Value::Result(Ok(value)), Type::Result(ok, _)) => Ok(Value::Result(Ok(boxed(value, ok)?))),
        (Value::Result(Err(value)), Type::Result(_, err)) => Ok(Value::Result(Err(boxed(value, err)?))),
        (value, _) => Ok(value),
    }
}

/// A list of `f64` is [`Value::Reals`], a list of anything else, `f32` too, a [`Value::List`].
fn fitted_items(value: Value, item: &Type) -> Result<Value, String> {
    if let (Value::Reals(_), Type::F64) = (&value, item) {
        return Ok(value);
    }
    let items = items(value).unwrap_or_default();
    if *item == Type::F64 {
        return Ok(Value::Reals(items.iter().filter_map(real).collect()));
    }
    let items = items.into_iter().map(|value| fitted(value, item));
    items.collect::<Result<_, _>>().map(Value::List)
}

/// `f` on every number of a value.
pub(super) fn map_reals(value: Value, f: &impl Fn(f64) -> f64) -> Value {
    match value {
        Value::Reals(mut reals) => {
            reals.iter_mut().for_each(|real| *real = f(*real));
            Value::Reals(reals)
        }
        Value::List(items) => Value::List(items.into_iter().map(|item| map_reals(item, f)).collect()),
        scalar => Value::Real(real(&scalar).map_or(f64::NAN, f)),
    }
}

/// The value with its sign changed, that of a zero too: `0 - 0.0` would be `0.0`.
pub(super) fn negate(value: Value) -> Value {
    match value {
        Value::Integer(integer) => Value::Integer(integer.saturating_neg()),
        Value::List(items) => Value::List(items.into_iter().map(negate).collect()),
        reals => map_reals(reals, &|real| -real),
    }
}

/// `f` on every pair of scalars.
pub(super) fn zip(
    left: &Value,
    right: &Value,
    f: &impl Fn(&Value, &Value) -> Result<Value, String>,
) -> Result<Value, String> {
    let (left_rank, right_rank) = (rank(left), rank(right));
    if left_rank == 0 && right_rank == 0 {
        return f(left, right);
    }
    if left_rank == right_rank && count(left) != count(right) {
        return Err(format!(
            "lists of {} and of {} entries cannot be combined",
            count(left),
            count(right)
        ));
    }
    let items = if left_rank >= right_rank { left } else { right };
    let pair = |at: usize| {
        let left_item = if left_rank >= right_rank { item(left, at) } else { None };
        let right_item = if right_rank >= left_rank { item(right, at) } else { None };
        zip(
            left_item.as_ref().unwrap_or(left),
            right_item.as_ref().unwrap_or(right),
            f,
        )
    };
    (0..count(items)).map(pair).collect::<Result<_, _>>().map(Value::List)
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

#[cfg(test)]
mod tests {
    use grader_abi::{Encoder, IntegerType};

    use super::*;

    #[test]
    fn an_argument_takes_the_form_of_its_type_however_deep_it_stands() {
        let singles = || Type::F32.list();
        let reals = || Value::Reals(vec![0.1, 2.0]);
        let rounded = || Value::List(vec![Value::Real(f64::from(0.1f32)), Value::Real(2.0)]);
        let integers = Value::List(vec![Value::Integer(1), Value::Integer(2)]);
        for (value, ty, want) in [
            (reals(), Type::F64.list(), reals()),
            (reals(), singles(), rounded()),
            (integers, Type::F64.list(), Value::Reals(vec![1.0, 2.0])),
            (
                Value::Option(Some(Box::new(reals()))),
                Type::Option(Box::new(singles())),
                Value::Option(Some(Box::new(rounded()))),
            ),
            (
                Value::Tuple(vec![Value::Integer(1), reals()]),
                Type::Tuple(vec![Type::F64, singles()]),
                Value::Tuple(vec![Value::Real(1.0), rounded()]),
            ),
        ] {
            let fitted = fits_type(Cow::Borrowed(&value), &ty).unwrap();
            assert_eq!(*fitted, want, "{value:?} as {ty}");
            fitted.encode(&ty, &mut Encoder::new()).unwrap();
        }
    }

    #[test]
    fn what_no_argument_of_the_type_can_be_is_refused() {
        let byte = Type::Integer(IntegerType::U8);
        for (value, ty, why) in [
            (Value::Integer(256), byte.clone(), "256 is out of range for u8"),
            (
                Value::Tuple(vec![Value::Integer(-1)]),
                Type::Tuple(vec![byte]),
                "-1 is out of range for u8",
            ),
            (
                Value::Reals(vec![1.0]),
                Type::Array(Box::new(Type::F64), 2),
                "a list of 1 entries where [f64; 2] is wanted",
            ),
        ] {
            assert_eq!(fits_type(Cow::Owned(value), &ty), Err(why.to_owned()));
        }
    }
}
