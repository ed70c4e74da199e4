//! name: Softmax that subtracts the first logit
//! misconception: Any logit can be subtracted, since the result is the same.
//! hint: As a formula it is the same. Which choice keeps every exponential finite?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let first = z[0];
        let exps: Vec<f64> = z.iter().map(|logit| (logit - first).exp()).collect();
        let total: f64 = exps.iter().sum();
        exps.iter().map(|exp| exp / total).collect()
    }
}

contract::export!(Patched<Bug>);
