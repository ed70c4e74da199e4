//! name: Softmax cross-entropy of the largest logit's class
//! misconception: The loss belongs to the class that is predicted.
//! hint: What should the loss say when the prediction is wrong?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        assert!(target < z.len(), "there is no class {target}");
        let log_probabilities = self.log_softmax(z);
        -log_probabilities.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

contract::export!(Patched<Bug>);
