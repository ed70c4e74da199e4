//! What a formula is evaluated in, and what evaluation leaves behind.

use std::borrow::Cow;

use grader_abi::{Signature, Value};

use crate::compare::Tolerance;
use crate::outcome::{Call, Outcome};

/// Who answers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The submission.
    Student,
    /// The reference.
    Reference,
}

/// What a formula is evaluated in.
pub struct Scope<'a> {
    /// The values of the names.
    pub inputs: &'a [Value],
    /// The contract.
    pub signature: &'a Signature,
    /// Whom a bare call asks: the student, or the reference when its answer is what is wanted.
    pub bare: Whose,
    /// The student's answers by site, in the form that their kinds have.
    pub student: &'a [Option<Outcome>],
    /// The reference's answers by site, likewise.
    pub reference: &'a [Option<Outcome>],
    /// How far apart equal numbers may be.
    pub tolerance: Tolerance,
    /// Collects the calls without an answer.
    pub missing: Vec<Missing>,
    /// Collects the comparisons made.
    pub compared: Vec<Compared<'a>>,
    /// Whose calls have to be made in the order in which they stand, because they may change their instance.
    pub in_order: Option<Whose>,
    /// Whether one of those waits for another's answer. None after it can be made yet.
    pub stuck: bool,
}

/// A call without an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// Who is to answer it.
    pub whose: Whose,
    /// Its number in the formula.
    pub site: usize,
    /// The call; whether it is to be fresh is not known here.
    pub call: Call,
}

/// One comparison that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared<'a> {
    /// The comparison as the spec has it.
    pub text: &'a str,
    /// The operator.
    pub operator: &'static str,
    /// Its left side.
    pub got: Cow<'a, Value>,
    /// Its right side.
    pub want: Cow<'a, Value>,
    /// Whether it holds.
    pub holds: bool,
    /// Whether a side has a NaN, which fails the check whatever surrounds the comparison.
    pub nan: bool,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// Calls are missing; they are in [`Scope::missing`].
    Missing,
    /// A call did not return.
    Ended {
        /// Who answered.
        whose: Whose,
        /// The call as a person reads it.
        call: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// Values that do not go together.
    Unfit {
        /// Why.
        why: String,
        /// The part of the text that has no value.
        text: String,
        /// Whether a student's answer is to blame; otherwise the spec is.
        of_student: bool,
    },
}

impl<'a> Scope<'a> {
    pub(super) fn answer(&self, whose: Whose, site: usize) -> Option<&'a Outcome> {
        let answers = match whose {
            Whose::Student => self.student,
            Whose::Reference => self.reference,
        };
        answers.get(site)?.as_ref()
    }
}
