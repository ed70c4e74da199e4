//! Expressions of a spec: text -> tokens -> tree -> type-checked formula -> value.
//!
//! Takes the text of one YAML scalar, and a contract's signature; gives a [`Formula`] whose every call, name and operator
//! has been checked, or an [`ExpressionError`] that points into the text. Evaluation makes no call itself: it looks
//! answers up and says which are missing.

// Read.
mod atom;
mod lexer;
mod parser;
mod tree;

// Check.
mod call;
mod character;
mod check;
mod formula;
mod kind;

// Evaluate.
mod builtin;
mod evaluate;
mod number;
mod operate;
mod scope;

pub(crate) use check::Names;
pub use formula::Formula;
pub use kind::Kind;
pub(crate) use number::canonical;
#[cfg(feature = "spec")]
pub(crate) use number::size;
#[cfg(feature = "spec")]
pub(crate) use parser::parse;
pub(crate) use scope::{Compared, Missing, Scope, Stop, Whose};
#[cfg(feature = "spec")]
pub(crate) use tree::{Argument, Node, NodeKind};

use std::ops::Range;

/// What each function of the language does.
#[cfg(feature = "spec")]
pub(crate) fn functions() -> impl Iterator<Item = &'static str> {
    builtin::Builtin::usages()
}

/// What is wrong with an expression, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// What is wrong.
    pub message: String,
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

impl ExpressionError {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

/// The candidate closest to a misspelt name, as a suggestion.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The candidate that a misspelt name is close to.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A name of two letters is not misspelt, it is another one.
    let limit = (name.chars().count() / 3).min(3);
    let distances = candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate));
    distances
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many characters have to be inserted, deleted, replaced or swapped with their neighbour (Damerau, 1964).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_a_strange_one_none() {
        let names = ["entropy", "cross_entropy", "softmax"];
        for (name, want) in [
            ("entorpy", Some("did you mean `entropy`?")),
            ("cross_entrpy", Some("did you mean `cross_entropy`?")),
            ("sofmax", Some("did you mean `softmax`?")),
            ("perplexity", None),
            ("", None),
        ] {
            assert_eq!(did_you_mean(name, names).as_deref(), want, "{name}");
        }
    }
}
