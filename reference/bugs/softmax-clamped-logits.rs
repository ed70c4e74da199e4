//! name: Softmax of logits clamped to ±500
//! misconception: Logits beyond the range of the exponential can be cut off, they are extreme anyway.
//! hint: What becomes of the differences between logits that are all large?

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
        let exps: Vec<f64> = z.iter().map(|logit| logit.clamp(-500.0, 500.0).exp()).collect();
        let total: f64 = exps.iter().sum();
        exps.iter().map(|exp| exp / total).collect()
    }
}

contract::export!(Patched<Bug>);
