//! name: Log-softmax that subtracts the largest logit in the sum only
//! misconception: Subtracting the largest logit changes nothing, so it need not appear anywhere else.
//! hint: Which steps of the derivation contain the largest logit? Do all its appearances cancel?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = z.iter().map(|logit| (logit - largest).exp()).sum();
        z.iter().map(|logit| logit - total.ln()).collect()
    }
}

contract::export!(Patched<Bug>);
