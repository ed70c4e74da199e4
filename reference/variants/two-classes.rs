//! name: Binary cross-entropy as the categorical one of two classes
//! why: A Bernoulli variable is a categorical one with two classes.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        self.cross_entropy(&[1.0 - y, y], &[1.0 - p_hat, p_hat])
    }
}

contract::export!(Patched<Variant>);
