//! name: Binary cross-entropy without clipping
//! misconception: The formula is enough as it stands, a prediction is never exactly 0 or 1.
//! hint: What does the loss become for a prediction of exactly 0, and what should it be?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        -(y * p_hat.ln() + (1.0 - y) * (1.0 - p_hat).ln())
    }
}

contract::export!(Patched<Bug>);
