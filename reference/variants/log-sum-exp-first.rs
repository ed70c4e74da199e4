//! name: Log-sum-exp added up before it is subtracted
//! why: z - (max + ln Σ) and (z - max) - ln Σ differ in rounding only.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let total = log_sum_exp(z);
        z.iter().map(|logit| logit - total).collect()
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let total = log_sum_exp(z);
        z.iter().map(|logit| (logit - total).exp()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        log_sum_exp(z) - z[target]
    }
}

contract::export!(Patched<Variant>);

fn log_sum_exp(z: &[f64]) -> f64 {
    assert!(!z.is_empty(), "there are no logits");
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + z.iter().map(|logit| (logit - largest).exp()).sum::<f64>().ln()
}
