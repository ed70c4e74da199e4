//! A call of a contract's function and the ways it can end.
//!
//! What a student's code does is an [`Outcome`], never an error. Whoever answers calls is a [`Caller`]: a worker process,
//! the student's own test process, or a memory of the reference's answers.

#![warn(clippy::wildcard_enum_match_arm)]

use std::fmt;

use grader_abi::Value;

/// One call, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// The function's number in the signature.
    pub function: u32,
    /// The wire form of the arguments.
    pub arguments: Vec<u8>,
    /// Whether a fresh instance of the solution is to answer; otherwise the one of the call before.
    pub fresh: bool,
}

/// Something that answers calls.
pub trait Caller {
    /// The outcomes of these calls, in their order, one each. The calls may be sent ahead of the answers.
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome>;
}

/// How one call ended.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "spec", derive(serde::Serialize, serde::Deserialize))]
pub enum Outcome {
    /// It returned a value of the function's type.
    Returned(Value),
    /// It panicked.
    Panicked {
        /// The message, or the empty text when there was none.
        message: String,
        /// `file:line:column`, or the empty text when it is not known.
        place: String,
    },
    /// It is still `todo!()`.
    NotImplemented,
    /// It used up its time, or it was not tried because others like it had.
    TimedOut {
        /// What ran out, as a fragment: "no answer within 1 s of CPU time, or 10 s in all".
        why: String,
    },
    /// It used up its memory.
    OutOfMemory,
    /// A signal ended its process.
    Crashed {
        /// The signal's number.
        signal: i32,
        /// What the process said last, if it tells more: "has overflowed its stack".
        why: String,
    },
    /// It ended its process.
    Exited {
        /// The exit code.
        code: i32,
    },
    /// The sandbox stopped something it must not do.
    Refused {
        /// What it tried, as a fragment.
        what: String,
    },
    /// It answered with something that is no value of the function's type.
    BadAnswer {
        /// What is wrong with it.
        why: String,
    },
    /// The grader failed, not the submission.
    HarnessFault {
        /// What happened.
        why: String,
    },
}

impl Outcome {
    /// The kind of [`Outcome::HarnessFault`].
    pub const HARNESS_FAULT: &str = "harness_fault";

    /// The signal that ends a process whatever it does, and that the kernel sends when memory runs out.
    const SIGKILL: i32 = 9;

    /// Whether the same call can be expected to end so again. Time, memory and the grader's own faults depend on the
    /// machine and on the day, and so does who kills a process.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self {
            Self::TimedOut { .. } | Self::OutOfMemory | Self::HarnessFault { .. } => false,
            Self::Crashed { signal, .. } => *signal != Self::SIGKILL,
            Self::Returned(_)
            | Self::Panicked { .. }
            | Self::NotImplemented
            | Self::Exited { .. }
            | Self::Refused { .. }
            | Self::BadAnswer { .. } => true,
        }
    }

    /// Its one word, as reports have it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Returned(_) => "returned",
            Self::Panicked { .. } => "panicked",
            Self::NotImplemented => "not_implemented",
            Self::TimedOut { .. } => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::Crashed { .. } => "crashed",
            Self::Exited { .. } => "exited",
            Self::Refused { .. } => "refused",
            Self::BadAnswer { .. } => "bad_answer",
            Self::HarnessFault { .. } => Self::HARNESS_FAULT,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |place: &str| {
            if place.is_empty() {
                String::new()
            } else {
                format!(" at {place}")
            }
        };
        match self {
            Self::Returned(_) => f.write_str("returned"),
            Self::Panicked { message, place } if message.is_empty() => write!(f, "panicked{}", at(place)),
            Self::Panicked { message, place } => write!(f, "panicked{}: {message}", at(place)),
            Self::NotImplemented => f.write_str("not implemented"),
            Self::TimedOut { why } => write!(f, "timed out: {why}"),
            Self::OutOfMemory => f.write_str("ran out of memory"),
            Self::Crashed { signal, why } if why.is_empty() => write!(f, "crashed with signal {signal}"),
            Self::Crashed { signal, why } => write!(f, "crashed with signal {signal}: {why}"),
            Self::Exited { code } => write!(f, "ended the process with exit code {code} instead of answering"),
            Self::Refused { what } => write!(f, "was stopped by the sandbox: {what}"),
            Self::BadAnswer { why } => write!(f, "gave no usable answer: {why}"),
            Self::HarnessFault { why } => write!(f, "not graded, the grader failed: {why}"),
        }
    }
}
