//! name: Log-softmax whose search for the largest logit starts at 0
//! misconception: The largest number is found by starting at 0 and going up.
//! hint: What does the search find when all logits are negative?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let largest = z.iter().copied().fold(0.0, f64::max);
        let total: f64 = z.iter().map(|logit| (logit - largest).exp()).sum();
        z.iter().map(|logit| logit - largest - total.ln()).collect()
    }
}

contract::export!(Patched<Bug>);
