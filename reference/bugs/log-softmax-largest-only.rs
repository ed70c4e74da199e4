//! name: Log-softmax that takes the largest logit for the whole normalizer
//! misconception: The largest logit dominates, so the logarithm of the sum is just that logit.
//! hint: What about two logits that are equally large: what are their probabilities?

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
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        z.iter().map(|logit| logit - largest).collect()
    }
}

contract::export!(Patched<Bug>);
