//! name: Gradient through a softmax that overflows
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

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let exps: Vec<f64> = z.iter().map(|logit| logit.exp()).collect();
        let total: f64 = exps.iter().sum();
        let mut gradient: Vec<f64> = exps.iter().map(|exp| exp / total).collect();
        gradient[target] -= 1.0;
        gradient
    }
}

contract::export!(Patched<Bug>);
