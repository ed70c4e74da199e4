//! name: Entropy with 0 · ln 0
//! misconception: Multiplying by a probability of 0 removes a class by itself.
//! hint: What does floating point make of 0 times minus infinity?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter().map(|p| -p * p.ln()).sum()
    }
}

contract::export!(Patched<Bug>);
