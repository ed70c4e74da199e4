//! What one case came to, or why nothing can be said of it yet.

use std::borrow::Cow;

use grader_abi::Value;

use crate::compare::Worst;
use crate::expression::{Missing, Stop, Whose};
use crate::outcome::Outcome;
use crate::verdict::Verdict;

/// What one case came to.
pub(super) struct Finding<'a> {
    pub(super) verdict: Verdict,
    pub(super) got: Option<Cow<'a, Value>>,
    pub(super) want: Option<Cow<'a, Value>>,
    pub(super) worst: Option<Worst>,
}

/// Why there is no value.
pub(super) enum Halt {
    Missing(Vec<Missing>),
    Verdict(Box<Verdict>),
}

pub(super) type Halting<'a> = Result<Cow<'a, Value>, Halt>;

/// What a judgement of two values comes to: why they do not go together, and the numbers that differ most.
pub(super) type Reason = (Option<String>, Option<Worst>);

impl<'a> Finding<'a> {
    pub(super) fn new(why: Option<String>, got: Option<Cow<'a, Value>>, want: Option<Cow<'a, Value>>) -> Self {
        let verdict = why.map_or(Verdict::Pass, |why| Verdict::Fail { why });
        Self {
            got,
            want,
            ..Self::of(verdict)
        }
    }

    pub(super) fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            got: None,
            want: None,
            worst: None,
        }
    }

    pub(super) fn not_graded(why: impl Into<String>) -> Self {
        Self::of(Verdict::NotGraded { why: why.into() })
    }

    /// Says in front of the reason where it is found.
    pub(super) fn found_in(mut self, place: &str) -> Self {
        if let Verdict::Fail { why } = &mut self.verdict {
            *why = format!("in {place}, {why}");
        }
        self
    }
}

impl Halt {
    pub(super) fn not_graded(why: String) -> Self {
        Self::Verdict(Box::new(Verdict::NotGraded { why }))
    }
}

/// The value of an evaluated formula, or what its end means.
pub(super) fn stopped<'v>(value: Result<Cow<'v, Value>, Stop>, missing: Vec<Missing>) -> Halting<'v> {
    let verdict = match value {
        Ok(value) => return Ok(value),
        Err(Stop::Missing) => return Err(Halt::Missing(missing)),
        Err(Stop::Ended {
            outcome: Outcome::HarnessFault { why },
            ..
        }) => Verdict::NotGraded { why },
        Err(Stop::Ended {
            whose: Whose::Reference,
            call,
            outcome,
        }) => Verdict::NotGraded {
            why: format!("the reference's {call} {outcome}"),
        },
        Err(Stop::Ended {
            whose: Whose::Student,
            call,
            outcome,
        }) => Verdict::Error { call, outcome },
        Err(Stop::Unfit {
            why,
            text,
            of_student: true,
        }) => Verdict::Fail {
            why: format!("`{text}` has no value: {why}"),
        },
        Err(Stop::Unfit {
            why,
            text,
            of_student: false,
        }) => Verdict::NotGraded {
            why: format!("the spec's `{text}` has no value: {why}"),
        },
    };
    Err(Halt::Verdict(Box::new(verdict)))
}
