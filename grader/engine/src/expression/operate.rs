//! Operators on values. Comparisons are collected, so that one can be shown.

use std::borrow::Cow;

use grader_abi::Value;

use super::evaluate::{Evaluated, is_missing};
use super::number::{arithmetic, zip};
use super::scope::{Compared, Scope, Stop};
use super::tree::Operator;
use crate::compare::{compare, has_nan, in_order};

/// `and` and `or`, as in Rust: a left side that decides makes the right one's failure irrelevant.
pub(super) fn join<'a>(operator: Operator, left: Evaluated<'a>, right: Evaluated<'a>) -> Evaluated<'a> {
    let decides = |value: &Value| *value == Value::Bool(operator == Operator::Or);
    if left.as_deref().is_ok_and(decides) {
        return left;
    }
    if is_missing(&left) || is_missing(&right) {
        return Err(Stop::Missing);
    }
    left.and(right)
}

pub(super) fn binary<'a>(
    operator: Operator,
    left: Cow<'a, Value>,
    right: Cow<'a, Value>,
    text: &'a str,
    scope: &mut Scope<'a>,
) -> Result<Value, String> {
    match operator {
        Operator::Equal | Operator::NotEqual => {
            let comparison = compare(&left, &right, scope.tolerance);
            let holds = comparison.agrees == (operator == Operator::Equal);
            scope.compared.push(Compared {
                text,
                operator: operator.symbol(),
                got: left,
                want: right,
                holds,
                nan: comparison.nan,
            });
            Ok(Value::Bool(holds))
        }
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            order(operator, left, right, text, scope)
        }
        _ => zip(&left, &right, &|left, right| arithmetic(operator, left, right)),
    }
}

fn order<'a>(
    operator: Operator,
    left: Cow<'a, Value>,
    right: Cow<'a, Value>,
    text: &'a str,
    scope: &mut Scope<'a>,
) -> Result<Value, String> {
    let tolerance = scope.tolerance;
    let value = zip(&left, &right, &|left, right| {
        in_order(operator.symbol(), left, right, tolerance)
            .map(Value::Bool)
            .ok_or_else(|| "a number is wanted here".to_owned())
    })?;
    let holds = every(&value);
    let nan = !tolerance.nan_equal && (has_nan(&left) || has_nan(&right));
    scope.compared.push(Compared {
        text,
        operator: operator.symbol(),
        got: left,
        want: right,
        holds,
        nan,
    });
    Ok(value)
}

fn every(value: &Value) -> bool {
    match value {
        Value::Bool(bool) => *bool,
        Value::List(items) => items.iter().all(every),
        _ => true,
    }
}
