//! The cases of `for_all`: a generator's text -> a fixed list of inputs, small and round first.
//!
//! Every value is keyed by (seed, exercise id, check id, case, name), so that adding a check or a name changes no other
//! input. The first cases are corners and numbers that a person can work with by hand, later ones grow and have all digits:
//! the first case that fails is then a small one, and needs no shrinking.
//!
//! Must never: depend on the platform, the order of checks, or a library's idea of a distribution.

mod draw;
mod random;
mod read;
mod shape;

use std::borrow::Cow;

use grader_abi::{Signature, Value};

use crate::compare::Tolerance;
use crate::expression::{ExpressionError, Formula, Kind, Names, Scope, Stop, Whose, parse};
use read::Around;
use shape::Shape;

pub(crate) use random::Key;
pub(crate) use read::usages;

/// A generator of values of one kind.
#[derive(Debug)]
pub(crate) struct Generator {
    shape: Shape,
    /// The kind of its values.
    pub(crate) kind: Kind,
}

/// Which case a value is drawn for, and for which time: inputs that a filter refuses are drawn again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) place: u32,
    pub(crate) attempt: u32,
}

impl Generator {
    /// Reads a generator; its arguments can use the names before it.
    pub(crate) fn new(text: &str, names: &Names, signature: &Signature) -> Result<Self, ExpressionError> {
        let around = Around { text, names, signature };
        let shape = around.shape(&parse(text)?)?;
        Ok(Self {
            kind: shape.kind(),
            shape,
        })
    }

    /// A generator of seeds.
    pub(crate) fn seed() -> Self {
        Self {
            shape: Shape::Seed,
            kind: Shape::Seed.kind(),
        }
    }

    /// The value of one case of `cases`.
    pub(crate) fn draw(
        &self,
        case: Case,
        cases: u32,
        inputs: &[Value],
        signature: &Signature,
        key: &Key<'_>,
    ) -> Result<Value, String> {
        draw::Draw {
            // A corner that a filter refuses would be drawn again: further attempts go on as later cases do.
            case: case.place.saturating_add(case.attempt),
            cases,
            inputs,
            signature,
            random: key.random(case.place, case.attempt),
            entries: 0,
        }
        .value(&self.shape)
    }
}

/// The value of a formula that calls nothing.
///
/// # Errors
/// When the inputs do not go together, as a text.
pub(crate) fn value_of(formula: &Formula, inputs: &[Value], signature: &Signature) -> Result<Value, String> {
    let tolerance = Tolerance {
        rel: 0.0,
        abs: 0.0,
        nan_equal: false,
    };
    let mut scope = Scope {
        inputs,
        signature,
        bare: Whose::Reference,
        student: &[],
        reference: &[],
        tolerance,
        missing: Vec::new(),
        compared: Vec::new(),
        in_order: None,
        stuck: false,
    };
    formula
        .evaluate(&mut scope)
        .map(Cow::into_owned)
        .map_err(|stop| match stop {
            Stop::Unfit { why, text, .. } => format!("`{text}` has no value: {why}"),
            Stop::Missing | Stop::Ended { .. } => "it depends on an answer".to_owned(),
        })
}
