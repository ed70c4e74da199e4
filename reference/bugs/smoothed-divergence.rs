//! name: Smoothed cross-entropy less the target's entropy
//! misconception: A perfect prediction of the smoothed target has no loss.
//! hint: What is the smallest value of a cross-entropy? Does the target have an entropy of its own?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let smoothed = self.label_smoothing(target, z.len(), eps);
        self.0.smoothed_cross_entropy(z, target, eps) - self.entropy(&smoothed)
    }
}

contract::export!(Patched<Bug>);
