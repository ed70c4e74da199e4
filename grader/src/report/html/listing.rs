//! Failures of a class -> which of them are written in full: each once, and only as many as a page can hold.

use std::collections::HashMap;

use crate::report::{CheckReport, ExerciseReport};

/// How much is said of failures in a page, in bytes, so that it stays one that opens at once. The rest is in `report.json`.
const ROOM: usize = 1_200_000;

/// What makes two failures the same.
pub(super) type Key = [u8; 16];

/// A way to fail a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    /// Its number in the page.
    pub(super) number: usize,
    /// The first submission that fails so.
    pub(super) first: usize,
    /// How many do.
    pub(super) count: usize,
}

/// How a failure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// In full; others may point to it.
    Full(Failure),
    /// As a pointer to where it stands in full.
    Pointer(Failure),
    /// In a line, for there is no more room.
    Cut(Failure),
}

/// What a page says in full.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    failures: &'a HashMap<Key, Failure>,
    room: usize,
}

impl<'a> Listing<'a> {
    pub(super) fn of(failures: &'a HashMap<Key, Failure>) -> Self {
        Self { failures, room: ROOM }
    }

    /// How a submission's failure, which takes so much text, is written.
    pub(super) fn write(&mut self, key: &Key, submission: usize, length: usize) -> Written {
        let alone = Failure {
            number: 0,
            first: submission,
            count: 1,
        };
        let failure = self.failures.get(key).copied().unwrap_or(alone);
        if failure.first != submission {
            return Written::Pointer(failure);
        }
        match self.room.checked_sub(length) {
            Some(room) => {
                self.room = room;
                Written::Full(failure)
            }
            None => Written::Cut(failure),
        }
    }
}

/// Two failures are the same when the same check says the same of them.
pub(super) fn key(exercise: &ExerciseReport, check: &CheckReport) -> Key {
    let mut hasher = blake3::Hasher::new();
    for text in [
        Some(&exercise.id),
        Some(&check.id),
        check.feedback.as_ref(),
        check.detail.as_ref(),
    ] {
        let text = text.map_or("", String::as_str);
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    let mut key = Key::default();
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_written_once_and_while_there_is_room() {
        let shared = Failure {
            number: 3,
            first: 5,
            count: 2,
        };
        let failures = HashMap::from([([1; 16], shared)]);
        let mut listing = Listing {
            failures: &failures,
            room: 100,
        };
        assert_eq!(listing.write(&[1; 16], 5, 90), Written::Full(shared));
        assert_eq!(listing.write(&[1; 16], 8, 90), Written::Pointer(shared));
        assert!(matches!(listing.write(&[2; 16], 8, 11), Written::Cut(_)));
        assert!(matches!(listing.write(&[3; 16], 8, 10), Written::Full(_)));
    }
}
