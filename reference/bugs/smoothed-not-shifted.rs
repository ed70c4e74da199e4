//! name: Smoothed cross-entropy without subtracting the largest logit
//! misconception: The formula of the softmax is enough as it stands.
//! hint: How large can a logit be before its exponential is infinite?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let exps: Vec<f64> = z.iter().map(|logit| logit.exp()).collect();
        let total: f64 = exps.iter().sum();
        let probabilities: Vec<f64> = exps.iter().map(|exp| exp / total).collect();
        self.cross_entropy(&self.label_smoothing(target, z.len(), eps), &probabilities)
    }
}

contract::export!(Patched<Bug>);
