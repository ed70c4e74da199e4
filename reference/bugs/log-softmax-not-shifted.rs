//! name: Log-softmax without subtracting the largest logit
//! misconception: The formula is enough as it stands, since the logarithm undoes the exponential.
//! hint: Is the sum of the exponentials still finite when the logarithm comes to undo it?

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
        let total: f64 = z.iter().map(|logit| logit.exp()).sum();
        z.iter().map(|logit| logit - total.ln()).collect()
    }
}

contract::export!(Patched<Bug>);
