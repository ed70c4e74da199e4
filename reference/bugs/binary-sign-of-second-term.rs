//! name: Binary cross-entropy with the minus sign on the first term only
//! misconception: The minus sign in front belongs to the first logarithm.
//! hint: How far does the minus sign reach? What sign should each of the two terms have?

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
        -y * p_hat.ln() + (1.0 - y) * (1.0 - p_hat).ln()
    }
}

contract::export!(Patched<Bug>);
