//! name: Binary cross-entropy without its second term
//! misconception: Only the label 1 is an event, so a label of 0 costs nothing.
//! hint: What does a prediction of 0.8 cost when the label is 0?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        -y * p_hat.ln()
    }
}

contract::export!(Patched<Bug>);
