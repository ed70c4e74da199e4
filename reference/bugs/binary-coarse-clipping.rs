//! name: Binary cross-entropy clipped at 1e-7
//! misconception: How far predictions are clipped does not matter, as long as the loss is finite.
//! hint: How far does the contract clip? Compare the loss of a certain mistake.

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        self.0.binary_cross_entropy(y, p_hat.clamp(1e-7, 1.0 - 1e-7))
    }
}

contract::export!(Patched<Bug>);
