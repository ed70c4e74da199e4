//! name: Binary cross-entropy with its labels exchanged
//! misconception: The prediction is the probability of label 0.
//! hint: Of which label is p_hat the probability?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        self.0.binary_cross_entropy(1.0 - y, p_hat)
    }
}

contract::export!(Patched<Bug>);
