//! What an answer should be: data of its kind, an expression, or one of several.

use super::super::check::Signs;
use super::super::place::Path;
use super::super::problem::Problem;
use super::ask::{Ask, expression};
use super::{Resolver, with};
use crate::compare::UpTo;
use crate::data::Data;
use crate::expression::{Formula, Kind, Names};
use crate::plan::Want;

impl Resolver<'_> {
    /// What a call should give; the reference's answer unless something is said.
    pub(super) fn want(&mut self, ask: &Ask<'_>, kind: &Kind, names: &Names, path: &Path) -> Option<Want> {
        match (ask.expect, ask.any_of) {
            (Some(_), Some(_)) => {
                let message = "a call has `expect` or `any_of`, not both";
                self.problems.push(Problem::at_key(with(path, "any_of"), message));
                None
            }
            (Some(data), None) => self.expected(data, kind, names, with(path, "expect")),
            (None, Some([])) => {
                let problem = Problem::at(with(path, "any_of"), "nothing is any of an empty list");
                self.problems.push(problem);
                None
            }
            (None, Some(all)) => {
                let all = all.iter().enumerate();
                let wants = all.map(|(at, data)| self.expected(data, kind, names, with(&with(path, "any_of"), at)));
                // Every one is looked at, so that all that is wrong is told.
                let wants: Vec<Option<Want>> = wants.collect();
                wants.into_iter().collect::<Option<_>>().map(Want::AnyOf)
            }
            (None, None) => Some(Want::Reference),
        }
    }

    /// Data of this kind, or an expression of it.
    pub(super) fn expected(&mut self, data: &Data, kind: &Kind, names: &Names, path: Path) -> Option<Want> {
        let Some((before, text)) = expression(data) else {
            let value = data.read(kind).map(Want::Value);
            return value.map_err(|error| self.data_problem(path, error)).ok();
        };
        match Formula::new(text, names, self.signature) {
            Ok(want) if want.kind.unify(kind).is_some() => Some(Want::Formula(want)),
            Ok(want) => {
                let message = format!("the answer is {kind}, but this is {}", want.kind);
                self.problems.push(Problem::at(path, message));
                None
            }
            Err(mut error) => {
                error.span = error.span.start + before..error.span.end + before;
                if let Data::Text(whole) = data {
                    self.problems.push(Problem::in_expression(path, whole, error));
                }
                None
            }
        }
    }

    /// What the answer may differ in, if that can be said of its kind.
    pub(super) fn up_to(&mut self, ask: &Ask<'_>, kind: &Kind, path: &Path) -> Option<UpTo> {
        let mut refuse = |key: &str, message: String| {
            self.problems.push(Problem::at_key(with(path, key), message));
            None
        };
        match (ask.unordered, ask.up_to) {
            (true, Some(_)) => refuse(
                "unordered",
                "an answer is `unordered` or `up_to` signs, not both".to_owned(),
            ),
            (true, None) if kind.item().is_none() => {
                refuse("unordered", format!("only a list has an order, but this is {kind}"))
            }
            (true, None) => Some(UpTo::Order),
            (false, Some(_)) if !kind.is_numeric() => {
                refuse("up_to", format!("only numbers have signs, but this is {kind}"))
            }
            (false, Some(Signs::Whole)) => Some(UpTo::Sign),
            (false, Some(_)) if kind.rank() != 2 => refuse(
                "up_to",
                format!("only a matrix has rows and columns, but this is {kind}"),
            ),
            (false, Some(Signs::Rows)) => Some(UpTo::RowSigns),
            (false, Some(Signs::Columns)) => Some(UpTo::ColumnSigns),
            (false, None) => Some(UpTo::Nothing),
        }
    }
}
