//! What came of a check.

#![warn(clippy::wildcard_enum_match_arm)]

use grader_abi::Value;

use crate::compare::Worst;
use crate::outcome::Outcome;

/// What came of a check.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "spec", derive(serde::Serialize, serde::Deserialize))]
pub enum Verdict {
    /// All its cases agree with what is wanted.
    Pass,
    /// A value is not what is wanted.
    Fail {
        /// Why, as a fragment.
        why: String,
    },
    /// A call did not return.
    Error {
        /// The call as a person reads it.
        call: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// It does not count, because something it builds on did not pass.
    Skipped {
        /// Why, as a fragment.
        why: String,
    },
    /// The grader failed; nothing is known of the submission.
    NotGraded {
        /// Why, as a fragment.
        why: String,
    },
}

/// The verdict on a check, and the one case that shows it: the first that fails, or the first of all.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "spec", derive(serde::Serialize, serde::Deserialize))]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What was asked and answered in that case.
    pub observed: Observed,
    /// How many cases there are.
    pub cases: usize,
    /// How many of them do not pass.
    pub failing: usize,
}

/// What was asked and answered in one case.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "spec", derive(serde::Serialize, serde::Deserialize))]
pub struct Observed {
    /// The inputs by name.
    pub inputs: Vec<(String, Value)>,
    /// What came, if something did.
    pub got: Option<Value>,
    /// What was wanted, if it is one value.
    pub want: Option<Value>,
    /// The numbers that differ most.
    pub worst: Option<Worst>,
}

impl Verdict {
    /// Whether the check's points are earned.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        match self {
            Self::Pass => true,
            Self::Fail { .. } | Self::Error { .. } | Self::Skipped { .. } | Self::NotGraded { .. } => false,
        }
    }

    /// Whether it is the grader that failed.
    #[must_use]
    pub fn is_not_graded(&self) -> bool {
        matches!(self, Self::NotGraded { .. })
    }

    /// Its one word, as reports have it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail { .. } => "fail",
            Self::Error { .. } => "error",
            Self::Skipped { .. } => "skipped",
            Self::NotGraded { .. } => "not_graded",
        }
    }
}
