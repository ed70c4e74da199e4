//! name: The divergence in place of the cross-entropy
//! misconception: The cross-entropy measures how far the model is from the truth, so it is 0 for a perfect model.
//! hint: How surprised is a perfect model on average, when the truth itself is random?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        self.0.kl_divergence(p, q)
    }
}

contract::export!(Patched<Bug>);
