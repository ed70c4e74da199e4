//! name: Binary cross-entropy of a rounded label
//! misconception: A label is either 0 or 1, so one of the two terms is chosen.
//! hint: What becomes of a label of 0.3?

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
        if y >= 0.5 { -p_hat.ln() } else { -(1.0 - p_hat).ln() }
    }
}

contract::export!(Patched<Bug>);
