//! An expression that has been checked: its tree with kinds.

use std::ops::Range;

use super::builtin::Builtin;
use super::kind::Kind;
use super::scope::Whose;
use super::tree::Operator;

/// An expression that has been checked against a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// The text it came from.
    pub text: String,
    /// The kind of its value.
    pub kind: Kind,
    /// How many calls of the contract's functions it makes; each has a number below this.
    pub sites: usize,
    pub(super) root: Typed,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) step: Step,
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
    /// Whether its value depends on a student's answer.
    pub(super) of_student: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Constant(grader_abi::Value),
    /// The value bound to the name with this number.
    Name(usize),
    List(Vec<Typed>),
    Tuple(Vec<Typed>),
    Construct(Constructor, Option<Box<Typed>>),
    Negate(Box<Typed>),
    Not(Box<Typed>),
    Binary(Operator, Box<Typed>, Box<Typed>),
    Index(Box<Typed>, Box<Typed>),
    Builtin(Builtin, Vec<Typed>),
    Call {
        whose: Whose,
        function: u32,
        site: usize,
        arguments: Vec<Typed>,
        /// Whether an argument has a comparison in it.
        compares: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constructor {
    None,
    Some,
    Ok,
    Err,
}

impl Formula {
    /// The numbers of the contract's functions that the student is asked to answer.
    #[must_use]
    pub fn student_functions(&self) -> Vec<u32> {
        let mut functions = Vec::new();
        student_functions(&self.root, &mut functions);
        functions
    }

    /// Whether evaluating it asks the student anything.
    #[must_use]
    pub fn asks_student(&self) -> bool {
        self.root.of_student
    }
}

fn student_functions(typed: &Typed, functions: &mut Vec<u32>) {
    if let Step::Call {
        whose: Whose::Student,
        function,
        ..
    } = &typed.step
        && !functions.contains(function)
    {
        functions.push(*function);
    }
    typed
        .children()
        .into_iter()
        .for_each(|child| student_functions(child, functions));
}

impl Typed {
    /// Whether a student's answer is to blame when it has no value: that a call's arguments do not fit is the doing of
    /// whoever wrote them.
    pub(super) fn blames_student(&self) -> bool {
        match &self.step {
            Step::Call { arguments, .. } => arguments.iter().any(|argument| argument.of_student),
            _ => self.of_student,
        }
    }

    pub(super) fn has_comparison(&self) -> bool {
        let here = matches!(&self.step, Step::Binary(operator, ..) if operator.is_comparison());
        here || self.children().into_iter().any(Self::has_comparison)
    }

    pub(super) fn children(&self) -> Vec<&Typed> {
        match &self.step {
            Step::Constant(_) | Step::Name(_) | Step::Construct(_, None) => Vec::new(),
            Step::List(items) | Step::Tuple(items) | Step::Builtin(_, items) => items.iter().collect(),
            Step::Call { arguments, .. } => arguments.iter().collect(),
            Step::Construct(_, Some(inner)) | Step::Negate(inner) | Step::Not(inner) => vec![inner],
            Step::Binary(_, left, right) | Step::Index(left, right) => vec![left, right],
        }
    }
}
