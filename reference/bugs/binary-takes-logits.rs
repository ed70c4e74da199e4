//! name: Binary cross-entropy that applies a sigmoid
//! misconception: The prediction is a logit and has to go through a sigmoid first.
//! hint: Is p_hat a logit or a probability already?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let sigmoid = 1.0 / (1.0 + (-p_hat).exp());
        self.0.binary_cross_entropy(y, sigmoid)
    }
}

contract::export!(Patched<Bug>);
