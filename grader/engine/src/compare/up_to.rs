//! What an answer may differ in and still be the one that is wanted: the order of its entries, or signs.
//!
//! What is wanted is brought into the form nearest to what came; the two are then compared as always.

use std::borrow::Cow;

use grader_abi::Value;
use serde::{Deserialize, Serialize};

use super::matching::partners;
use super::{Tolerance, compare, number, numbers};

/// What an answer may differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpTo {
    /// Nothing.
    #[default]
    Nothing,
    /// The order of its entries.
    Order,
    /// The sign of all of it, as for one eigenvector.
    Sign,
    /// The sign of each row of a matrix.
    RowSigns,
    /// The sign of each column of a matrix, as for eigenvectors in columns.
    ColumnSigns,
}

/// The longest list whose entries are matched in any order.
const MAX_ENTRIES: usize = 1000;

/// What is wanted, in the form nearest to what came.
///
/// # Errors
/// When what is wanted is too long to be matched.
pub(crate) fn aligned<'v>(
    got: &Value,
    want: Cow<'v, Value>,
    up_to: UpTo,
    tolerance: Tolerance,
) -> Result<Cow<'v, Value>, String> {
    let found = match up_to {
        UpTo::Nothing => None,
        UpTo::Order => reordered(got, &want, tolerance)?,
        UpTo::Sign => signed(got, &want, tolerance),
        UpTo::RowSigns => signed_rows(got, &want, tolerance, Vec::clone),
        UpTo::ColumnSigns => signed_rows(got, &want, tolerance, |rows| transposed(rows)),
    };
    Ok(found.map_or(want, Cow::Owned))
}

fn reordered(got: &Value, want: &Value, tolerance: Tolerance) -> Result<Option<Value>, String> {
    let (Some(got), Some(entries)) = (items(got), items(want)) else {
        return Ok(None);
    };
    if entries.len() > MAX_ENTRIES {
        return Err(format!(
            "a list of more than {MAX_ENTRIES} entries is not compared in any order"
        ));
    }
    if got.len() != entries.len() {
        return Ok(None);
    }
    let partners = partners(&got, &entries, |got, want| compare(got, want, tolerance).agrees);
    let reordered: Vec<Value> = partners.into_iter().map(|partner| entries[partner].clone()).collect();
    Ok(Some(match want {
        Value::Reals(_) => Value::Reals(reordered.iter().filter_map(number).collect()),
        _ => Value::List(reordered),
    }))
}

fn signed(got: &Value, want: &Value, tolerance: Tolerance) -> Option<Value> {
    is_opposite(&numbers(got), &numbers(want), tolerance).then(|| negated(want))
}

/// Each row with the sign of its counterpart; `turn` makes rows of columns and back.
fn signed_rows(
    got: &Value,
    want: &Value,
    tolerance: Tolerance,
    turn: impl Fn(&Vec<Vec<f64>>) -> Vec<Vec<f64>>,
) -> Option<Value> {
    let (got, want) = (turn(&rows(got)?), rows(want)?);
    let mut signed = turn(&want);
    for (want, got) in signed.iter_mut().zip(&got) {
        if is_opposite(got, want, tolerance) {
            want.iter_mut().for_each(|entry| *entry = -*entry);
        }
    }
    Some(Value::List(turn(&signed).into_iter().map(Value::Reals).collect()))
}

/// Whether numbers are nearer to what is wanted when that changes its sign.
fn is_opposite(got: &[f64], want: &[f64], tolerance: Tolerance) -> bool {
    if got.len() != want.len() {
        return false;
    }
    let agree = |sign: f64| {
        got.iter()
            .zip(want)
            .all(|(got, want)| tolerance.agree(*got, sign * want))
    };
    let dot: f64 = got.iter().zip(want).map(|(got, want)| got * want).sum();
    !agree(1.0) && (agree(-1.0) || dot < 0.0)
}

fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Reals(reals) => Some(reals.iter().copied().map(Value::Real).collect()),
        Value::List(items) => Some(items.clone()),
        _ => None,
    }
}

/// The rows of a matrix, if they are of one length.
fn rows(value: &Value) -> Option<Vec<Vec<f64>>> {
    let Value::List(rows) = value else { return None };
    let rows: Vec<Vec<f64>> = rows.iter().map(numbers).collect();
    let is_matrix = rows.iter().all(|row| row.len() == rows[0].len());
    is_matrix.then_some(rows)
}

fn transposed(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns)
        .map(|column| rows.iter().map(|row| row[column]).collect())
        .collect()
}

fn negated(value: &Value) -> Value {
    match value {
        Value::Integer(integer) => Value::Integer(integer.saturating_neg()),
        Value::Real(real) => Value::Real(-real),
        Value::Reals(reals) => Value::Reals(reals.iter().map(|real| -real).collect()),
        Value::List(items) => Value::List(items.iter().map(negated).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: Tolerance = Tolerance {
        rel: 0.0,
        abs: 0.25,
        nan_equal: false,
    };

    fn reals(reals: &[f64]) -> Value {
        Value::Reals(reals.to_vec())
    }

    fn matrix(rows: &[&[f64]]) -> Value {
        Value::List(rows.iter().map(|row| reals(row)).collect())
    }

    fn agrees(got: &Value, want: &Value, up_to: UpTo) -> bool {
        let want = aligned(got, Cow::Borrowed(want), up_to, TOLERANCE).unwrap();
        compare(got, &want, TOLERANCE).agrees
    }

    #[test]
    fn entries_in_any_order_agree_as_a_whole_or_not_at_all() {
        for (got, want, expected) in [
            (&[3.0, 1.0, 2.0][..], &[1.0, 2.0, 3.0][..], true),
            (&[1.0, 1.0, 2.0], &[1.0, 2.0, 2.0], false),
            (&[1.0, 2.0], &[1.0, 2.0, 2.0], false),
            (&[], &[], true),
            (&[f64::NAN], &[f64::NAN], false),
            (&[f64::INFINITY, 0.0], &[0.0, f64::INFINITY], true),
            // The first entry agrees with both; taking the nearer one, or the sorted order, leaves the second without.
            (&[1.25, 1.0], &[1.2, 1.49], true),
            (&[1.2, 0.8, 1.0], &[1.0, 1.44, 0.6], true),
            (&[1.2, 0.8, 1.0], &[1.0, 1.44, 1.44], false),
        ] {
            assert_eq!(
                agrees(&reals(got), &reals(want), UpTo::Order),
                expected,
                "{got:?} {want:?}"
            );
        }
        let (a, b) = (matrix(&[&[1.0], &[2.0, 3.0]]), matrix(&[&[2.0, 3.0], &[1.0]]));
        assert!(agrees(&a, &b, UpTo::Order));
        let text = |text: &str| Value::Text(text.to_owned());
        let words = |words: &[&str]| Value::List(words.iter().map(|word| text(word)).collect());
        assert!(agrees(&words(&["b", "a"]), &words(&["a", "b"]), UpTo::Order));
        assert!(!agrees(&words(&["b", "b"]), &words(&["a", "b"]), UpTo::Order));
    }

    #[test]
    fn what_is_left_over_stands_beside_what_is_missing() {
        let want = aligned(
            &reals(&[3.0, 7.0, 1.0]),
            Cow::Owned(reals(&[1.0, 2.0, 3.0])),
            UpTo::Order,
            TOLERANCE,
        );
        assert_eq!(*want.unwrap(), reals(&[3.0, 2.0, 1.0]));
    }

    #[test]
    fn signs_are_those_of_the_whole_or_of_rows_or_columns() {
        let plus = matrix(&[&[1.0, 2.0], &[3.0, 4.0]]);
        for (got, up_to, expected) in [
            (matrix(&[&[-1.0, -2.0], &[-3.0, -4.0]]), UpTo::Sign, true),
            (matrix(&[&[-1.0, -2.0], &[3.0, 4.0]]), UpTo::Sign, false),
            (matrix(&[&[-1.0, -2.0], &[3.0, 4.0]]), UpTo::RowSigns, true),
            (matrix(&[&[-1.0, 2.0], &[-3.0, 4.0]]), UpTo::RowSigns, false),
            (matrix(&[&[-1.0, 2.0], &[-3.0, 4.0]]), UpTo::ColumnSigns, true),
            (matrix(&[&[-1.0, 2.0], &[3.0, 4.0]]), UpTo::ColumnSigns, false),
            (matrix(&[&[-1.0, 2.0]]), UpTo::ColumnSigns, false),
            (matrix(&[&[1.0], &[3.0, 4.0]]), UpTo::ColumnSigns, false),
            (plus.clone(), UpTo::Nothing, true),
        ] {
            assert_eq!(agrees(&got, &plus, up_to), expected, "{got:?} {up_to:?}");
        }
        assert!(agrees(&reals(&[0.6, -0.8]), &reals(&[-0.6, 0.8]), UpTo::Sign));
        assert!(agrees(&Value::Integer(-3), &Value::Integer(3), UpTo::Sign));
        assert!(!agrees(&reals(&[1.0]), &reals(&[-1.0, 1.0]), UpTo::Sign));
    }

    #[test]
    fn too_long_a_list_is_not_matched() {
        let long = reals(&[0.0; 1001]);
        assert!(aligned(&long, Cow::Borrowed(&long), UpTo::Order, TOLERANCE).is_err());
    }
}
