//! name: Softmax without subtracting the largest logit
//! misconception: The formula is enough as it stands.
//! hint: How large can a logit be before its exponential is infinite?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let exps: Vec<f64> = z.iter().map(|logit| logit.exp()).collect();
        let total: f64 = exps.iter().sum();
        exps.iter().map(|exp| exp / total).collect()
    }
}

contract::export!(Patched<Bug>);
