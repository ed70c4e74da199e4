//! name: Softmax cross-entropy of probabilities taken for logits
//! misconception: The softmax is applied first, and its result goes into the loss.
//! hint: How often does the softmax happen on the way from logits to loss?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        self.0.softmax_cross_entropy(&self.softmax(z), target)
    }
}

contract::export!(Patched<Bug>);
