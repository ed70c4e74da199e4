//! name: Softmax that divides the logits by their sum
//! misconception: To make a distribution, numbers are divided by their sum.
//! hint: Can a probability be negative? What turns any number into a positive one?

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
        let total: f64 = z.iter().sum();
        z.iter().map(|logit| logit / total).collect()
    }
}

contract::export!(Patched<Bug>);
