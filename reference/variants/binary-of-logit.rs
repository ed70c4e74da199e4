//! name: Binary cross-entropy through the logit of the prediction
//! why: ln p and ln(1 - p) are what the log-softmax makes of the logits ln(p / (1 - p)) and 0.

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
        let logit = p_hat.ln() - (-p_hat).ln_1p();
        y * softplus(-logit) + (1.0 - y) * softplus(logit)
    }
}

contract::export!(Patched<Variant>);

/// `ln(1 + exp(x))`, without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}
