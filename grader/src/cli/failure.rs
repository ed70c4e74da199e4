//! How a command ends that does not succeed, and with which exit code.

use super::INTERNAL;

/// How a command ended, but for success.
pub(super) enum Failure {
    /// A minimum was missed, or a file is not up to date.
    Missed(String),
    /// The instructor's to mend.
    Usage(String),
    /// Some submissions were not graded.
    NotGraded(String),
    /// The reference fails its own spec.
    Reference(String),
    /// Somebody pressed Ctrl-C.
    Interrupted(String),
    /// Ours.
    Internal(String),
}

impl Failure {
    /// What a shell says of a program that SIGINT ended.
    pub(super) const INTERRUPTED: u8 = 130;

    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Missed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotGraded(_) => 3,
            Self::Reference(_) => 4,
            Self::Interrupted(_) => Self::INTERRUPTED,
            Self::Internal(_) => INTERNAL,
        }
    }

    pub(super) fn message(&self) -> &str {
        match self {
            Self::Missed(text)
            | Self::Usage(text)
            | Self::NotGraded(text)
            | Self::Reference(text)
            | Self::Interrupted(text)
            | Self::Internal(text) => text,
        }
    }
}
