//! name: Gradient times the derivative of a sigmoid
//! misconception: Predicted minus target is the error, still to be multiplied by the activation's derivative p (1 - p).
//! hint: Which derivative is contained in predicted minus target already?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let probabilities = self.softmax(z);
        let errors = self.0.softmax_cross_entropy_gradient(z, target);
        errors
            .iter()
            .zip(&probabilities)
            .map(|(error, p)| error * p * (1.0 - p))
            .collect()
    }
}

contract::export!(Patched<Bug>);
