//! Solutions that know nothing: what they earn, a spec gives away.
//!
//! Each answers any call with a value of the right type, without looking at more than sizes.

use grader_abi::{Decoder, Signature, Type, Value};

use crate::outcome::{Call, Caller, Outcome};

/// A solution that knows nothing, and what it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degenerate {
    /// Zeros: a list as long as the first list that is passed in, `false`, an empty text, `None`.
    Zeros,
    /// Empty lists.
    Empty,
    /// NaN wherever there is a real, in lists as long as the first list that is passed in.
    Nan,
    /// The first argument that has the type of the answer, otherwise zeros.
    FirstArgument,
    /// It panics.
    Panics,
}

/// It, answering calls to a contract.
#[derive(Debug)]
pub struct Answering<'a> {
    degenerate: Degenerate,
    signature: &'a Signature,
}

impl Degenerate {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Zeros, Self::Empty, Self::Nan, Self::FirstArgument, Self::Panics];

    /// What it does, as a fragment: "answers zeros".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Zeros => "answers zeros",
            Self::Empty => "answers empty lists",
            Self::Nan => "answers NaN",
            Self::FirstArgument => "answers its first argument",
            Self::Panics => "panics",
        }
    }

    /// Has it answer calls.
    #[must_use]
    pub fn answering(self, signature: &Signature) -> Answering<'_> {
        Answering {
            degenerate: self,
            signature,
        }
    }
}

impl Caller for Answering<'_> {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        calls.iter().map(|call| self.answer_one(call)).collect()
    }
}

impl Answering<'_> {
    fn answer_one(&self, call: &Call) -> Outcome {
        let Some(function) = self.signature.functions.get(call.function as usize) else {
            let why = format!("the contract has no function number {}", call.function);
            return Outcome::HarnessFault { why };
        };
        let mut decoder = Decoder::new(&call.arguments);
        let types = function.parameters.iter().map(|parameter| &parameter.ty);
        let arguments: Vec<(&Type, Value)> = types
            .map_while(|ty| Some((ty, Value::decode(ty, &mut decoder).ok()?)))
            .collect();
        let length = arguments.iter().find_map(|(_, value)| length(value)).unwrap_or(0);
        let returns = &function.returns;
        Outcome::Returned(match self.degenerate {
            Degenerate::Zeros => uniform(returns, length, 0.0),
            Degenerate::Empty => uniform(returns, 0, 0.0),
            Degenerate::Nan => uniform(returns, length, f64::NAN),
            Degenerate::FirstArgument => {
                let same = arguments.into_iter().find(|(ty, _)| *ty == returns);
                same.map_or_else(|| uniform(returns, length, 0.0), |(_, value)| value)
            }
            Degenerate::Panics => {
                return Outcome::Panicked {
                    message: String::new(),
                    place: String::new(),
                };
            }
        })
    }
}

/// A value of a type in which every real is this one and every list is so long.
fn uniform(ty: &Type, length: usize, real: f64) -> Value {
    let item = |ty: &Type| uniform(ty, length, real);
    let list = |ty: &Type, length: usize| match ty {
        Type::F64 => Value::Reals(vec![real; length]),
        other => Value::List(vec![item(other); length]),
    };
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Integer(_) => Value::Integer(0),
        Type::F32 | Type::F64 => Value::Real(real),
        Type::Char => Value::Char(' '),
        Type::Text => Value::Text(String::new()),
        Type::List(ty) => list(ty, length),
        Type::Array(ty, length) => list(ty, *length as usize),
        Type::Tuple(types) => Value::Tuple(types.iter().map(item).collect()),
        Type::Option(_) => Value::Option(None),
        Type::Result(ok, _) => Value::Result(Ok(Box::new(item(ok)))),
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::Reals(reals) => Some(reals.len()),
        Value::List(items) => Some(items.len()),
        _ => None,
    }
}
