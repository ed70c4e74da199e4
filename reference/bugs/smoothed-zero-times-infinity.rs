//! name: Smoothed cross-entropy with 0 · ∞
//! misconception: Multiplying by a weight of 0 removes a class by itself.
//! hint: What does floating point make of 0 times infinity?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let smoothed = self.label_smoothing(target, z.len(), eps);
        self.log_softmax(z)
            .iter()
            .zip(&smoothed)
            .map(|(log_p, s)| -s * log_p)
            .sum()
    }
}

contract::export!(Patched<Bug>);
