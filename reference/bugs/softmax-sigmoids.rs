//! name: A sigmoid of each logit in place of the softmax
//! misconception: Each logit becomes a probability by itself.
//! hint: What do the entries sum to?

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
        z.iter().map(|logit| 1.0 / (1.0 + (-logit).exp())).collect()
    }
}

contract::export!(Patched<Bug>);
