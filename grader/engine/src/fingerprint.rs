//! Checks + what the reference answers -> one hash: the same hash, the same verdicts on the same library.
//!
//! What only tells what a verdict is worth or who sees it (points, titles, hints, visibility, prerequisites) is not in it,
//! so that changing that runs nothing again.

use std::fmt::{self, Write};

use blake3::Hasher;

use crate::check::ReferenceAnswers;
use crate::plan::{Check, Plan};

/// The hash, in hexadecimal, of all that these checks ask, in their order, and of what decides on the answers.
#[must_use]
pub fn fingerprint(plan: &Plan, checks: &[usize], reference: &ReferenceAnswers) -> String {
    let mut text = Hashed(Hasher::new());
    // `Debug` names every field, so that none that is added later can be forgotten, and it writes an `f64` so that it can be
    // read back. Nothing of it is kept for another version of the grader.
    let asked = checks.iter().try_for_each(|index| {
        let Check {
            id: _,
            exercise: _,
            name: _,
            rule,
            names,
            cases,
            tolerance,
            deterministic,
            visibility: _,
            points: _,
            hint: _,
            requires: _,
            beside: _,
        } = &plan.checks[*index];
        let answers = reference.checks.get(index);
        writeln!(
            text,
            "{rule:?} {names:?} {cases:?} {tolerance:?} {deterministic} {answers:?}"
        )
    });
    asked.expect("a hash takes everything");
    text.0.finalize().to_hex().to_string()
}

struct Hashed(Hasher);

impl Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
