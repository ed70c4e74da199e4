//! Matrices: lists of rows of one length.

use grader_abi::Value;

use super::super::number::{count, item};
use super::apply::MAX_LIST;
use crate::compare::numbers;

/// The product of a matrix and a matrix or a vector.
pub(super) fn matmul(a: &Value, b: &Value) -> Result<Value, String> {
    let a = rows(a)?;
    let is_vector = item(b, 0).is_some_and(|item| matches!(item, Value::Real(_) | Value::Integer(_)));
    if is_vector {
        let b = numbers(b);
        let entries = a.iter().map(|row| dot(row, &b));
        return entries.collect::<Result<_, _>>().map(Value::Reals);
    }
    let columns = transposed(&rows(b)?);
    if a.len().saturating_mul(columns.len()) > MAX_LIST {
        return Err(format!("this product has more than {MAX_LIST} entries"));
    }
    let product = a.iter().map(|row| {
        let entries = columns.iter().map(|column| dot(row, column));
        entries.collect::<Result<_, _>>().map(Value::Reals)
    });
    product.collect::<Result<_, _>>().map(Value::List)
}

/// The rows of the result are the columns.
pub(super) fn transpose(matrix: &Value) -> Result<Value, String> {
    let rows: Vec<usize> = (0..count(matrix)).collect();
    let lengths = rows.iter().filter_map(|row| item(matrix, *row)).map(|row| count(&row));
    let columns = one_length(lengths)?;
    let column = |column: usize| {
        let entries = rows.iter().filter_map(|row| item(&item(matrix, *row)?, column));
        Value::List(entries.collect())
    };
    Ok(Value::List((0..columns).map(column).collect()))
}

fn rows(matrix: &Value) -> Result<Vec<Vec<f64>>, String> {
    let rows: Vec<Vec<f64>> = (0..count(matrix))
        .filter_map(|row| item(matrix, row))
        .map(|row| numbers(&row))
        .collect();
    one_length(rows.iter().map(Vec::len))?;
    Ok(rows)
}

fn one_length(mut lengths: impl Iterator<Item = usize>) -> Result<usize, String> {
    let Some(first) = lengths.next() else { return Ok(0) };
    match lengths.find(|length| *length != first) {
        None => Ok(first),
        Some(other) => Err(format!("the rows of a matrix have one length, not {first} and {other}")),
    }
}

fn transposed(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns)
        .map(|column| rows.iter().map(|row| row[column]).collect())
        .collect()
}

fn dot(row: &[f64], column: &[f64]) -> Result<f64, String> {
    if row.len() == column.len() {
        Ok(row.iter().zip(column).map(|(a, b)| a * b).sum())
    } else {
        Err(format!(
            "a row of {} and a column of {} entries have no product",
            row.len(),
            column.len()
        ))
    }
}
