//! name: Binary cross-entropy with 1e-12 added to the probabilities
//! misconception: Adding 1e-12 inside both logarithms is the same as clipping.
//! hint: Is it the same? Work out a prediction that is itself about 1e-12.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        -(y * (p_hat + 1e-12).ln() + (1.0 - y) * (1.0 - p_hat + 1e-12).ln())
    }
}

contract::export!(Patched<Bug>);
