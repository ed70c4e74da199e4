//! name: Gradient with the wrong sign
//! misconception: The gradient is target minus prediction.
//! hint: If the target's logit rises, does the loss rise or fall?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        self.0
            .softmax_cross_entropy_gradient(z, target)
            .iter()
            .map(|slope| -slope)
            .collect()
    }
}

contract::export!(Patched<Bug>);
