//! name: Softmax with a small number added to the divisor
//! misconception: A divisor needs a small number added, lest it be 0.
//! hint: Can the divisor be 0 once the largest logit is subtracted? What do the entries sum to?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exps: Vec<f64> = z.iter().map(|logit| (logit - largest).exp()).collect();
        let total: f64 = exps.iter().sum();
        exps.iter().map(|exp| exp / (total + 1e-8)).collect()
    }
}

contract::export!(Patched<Bug>);
