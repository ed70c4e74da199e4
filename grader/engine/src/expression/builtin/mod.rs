//! The functions of the language itself. A contract's function of the same name comes first.

use std::cmp::Ordering;

use grader_abi::Value;

use super::kind::Kind;
use super::number::{arithmetic, count, items, map_reals, real, size};
use super::parser::Operator;
use crate::compare::order;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    Abs,
    All,
    Any,
    Concat,
    Dot,
    Exp,
    IsFinite,
    Len,
    Ln,
    Max,
    Mean,
    Min,
    Permute,
    Range,
    Repeat,
    Reverse,
    Sort,
    Sqrt,
    Sum,
}

/// Name, what it takes, what it gives: the language's manual and the checker read the same table.
const TABLE: [(&str, Builtin, &str); 19] = [
    ("abs", Builtin::Abs, "abs(x): each entry without its sign"),
    ("all", Builtin::All, "all(b): whether all entries are true"),
    ("any", Builtin::Any, "any(b): whether an entry is true"),
    (
        "concat",
        Builtin::Concat,
        "concat(a, b): the entries of one list, then of the other",
    ),
    ("dot", Builtin::Dot, "dot(a, b): the sum of the products of the entries"),
    ("exp", Builtin::Exp, "exp(x): e to the power of each entry"),
    (
        "is_finite",
        Builtin::IsFinite,
        "is_finite(x): whether each entry is neither infinite nor NaN",
    ),
    ("len", Builtin::Len, "len(x): the number of entries"),
    ("ln", Builtin::Ln, "ln(x): the natural logarithm of each entry"),
    ("max", Builtin::Max, "max(x): the largest entry"),
    ("mean", Builtin::Mean, "mean(x): the sum of the entries by their number"),
    ("min", Builtin::Min, "min(x): the smallest entry"),
    (
        "permute",
        Builtin::Permute,
        "permute(x, order): the entries x[order[0]], x[order[1]], …",
    ),
    ("range", Builtin::Range, "range(n): 0, 1, …, n - 1"),
    ("repeat", Builtin::Repeat, "repeat(x, n): x, n times"),
    (
        "reverse",
        Builtin::Reverse,
        "reverse(x): the entries from the last to the first",
    ),
    ("sort", Builtin::Sort, "sort(x): the entries in ascending order"),
    ("sqrt", Builtin::Sqrt, "sqrt(x): the square root of each entry"),
    ("sum", Builtin::Sum, "sum(x): the sum of the entries"),
];

/// How many values `range`, `repeat` and `concat` put into a list, the values of nested lists counted.
const MAX_LIST: usize = 100_000;

impl Builtin {
    pub(super) fn named(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|(known, ..)| *known == name)
            .map(|(_, builtin, _)| *builtin)
    }

    pub(super) fn names<'a>() -> impl Iterator<Item = &'a str> {
        TABLE.iter().map(|(name, ..)| *name)
    }

    fn usage(self) -> &'static str {
        TABLE
            .iter()
            .find(|(_, builtin, _)| *builtin == self)
            .map_or("", |(_, _, usage)| usage)
    }

    /// The kind of the result, or what is wrong with the arguments.
    pub(super) fn check(self, arguments: &[Kind]) -> Result<Kind, String> {
        self.result(arguments).ok_or_else(|| {
            let got: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            format!("cannot be used so: {}, but it gets ({})", self.usage(), got.join(", "))
        })
    }

    fn result(self, arguments: &[Kind]) -> Option<Kind> {
        let numbers = |list: &Kind| list.item().is_some_and(Kind::is_number).then(|| list.scalar().clone());
        match (self, arguments) {
            (Self::Abs, [x]) if x.is_numeric() => Some(x.clone()),
            (Self::Exp | Self::Ln | Self::Sqrt, [x]) if x.is_numeric() => Some(x.with_scalar(Kind::Real)),
            (Self::IsFinite, [x]) if x.is_numeric() => Some(x.with_scalar(Kind::Bool)),
            (Self::All | Self::Any, [b]) if matches!(b.scalar(), Kind::Bool | Kind::Unknown) => Some(Kind::Bool),
            (Self::Concat, [a, b]) if a.item().is_some() => a.unify(b),
            (Self::Dot, [a, b]) => numbers(a)?.unify(&numbers(b)?),
            (Self::Len, [Kind::List(_) | Kind::Text]) => Some(Kind::Integer),
            (Self::Max | Self::Min | Self::Sum, [x]) => numbers(x),
            (Self::Mean, [x]) => numbers(x).map(|_| Kind::Real),
            (Self::Permute, [x, order]) if x.item().is_some() && *order == Kind::Integer.list() => Some(x.clone()),
            (Self::Range, [Kind::Integer]) => Some(Kind::Integer.list()),
            (Self::Repeat, [x, Kind::Integer]) => Some(x.clone().list()),
            (Self::Reverse, [x]) if x.item().is_some() => Some(x.clone()),
            (Self::Sort, [x]) => numbers(x).map(Kind::list),
            _ => None,
        }
    }

    /// The result, or why there is none.
    pub(super) fn apply(self, arguments: Vec<Value>) -> Result<Value, String> {
        let mut arguments = arguments.into_iter();
        let mut next = || {
            arguments
                .next()
                .expect("the number of arguments was checked when the spec was loaded")
        };
        match self {
            Self::Abs => Ok(abs(next())),
            Self::Exp => Ok(map_reals(next(), &f64::exp)),
            Self::Ln => Ok(map_reals(next(), &f64::ln)),
            Self::Sqrt => Ok(map_reals(next(), &f64::sqrt)),
            Self::IsFinite => Ok(is_finite(next())),
            Self::All => Ok(Value::Bool(bools(next()).into_iter().all(|bool| bool))),
            Self::Any => Ok(Value::Bool(bools(next()).into_iter().any(|bool| bool))),
            Self::Concat => concat(list(next()), list(next())),
            Self::Dot => dot(&reals(next()), &reals(next())),
            Self::Len => Ok(Value::Integer(length(&next()))),
            Self::Max => extreme(next(), "max", Ordering::Greater),
            Self::Min => extreme(next(), "min", Ordering::Less),
            Self::Mean => mean(&reals(next())),
            Self::Permute => permute(&list(next()), list(next())),
            Self::Range => Ok(Value::List((0..counted(next(), 1)?).map(Value::Integer).collect())),
            Self::Repeat => repeat(&next(), next()),
            Self::Reverse => Ok(Value::List(list(next()).into_iter().rev().collect())),
            Self::Sort => Ok(sort(next())),
            Self::Sum => sum(next()),
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

fn is_finite(value: Value) -> Value {
    match value {
        Value::Real(real) => Value::Bool(real.is_finite()),
        Value::Reals(_) | Value::List(_) => Value::List(list(value).into_iter().map(is_finite).collect()),
        _ => Value::Bool(true),
    }
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

fn length(value: &Value) -> i128 {
    match value {
        Value::Text(text) => text.chars().count() as i128,
        other => count(other) as i128,
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

fn concat(mut a: Vec<Value>, b: Vec<Value>) -> Result<Value, String> {
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
