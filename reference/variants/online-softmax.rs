//! name: Softmax in one pass over the logits
//! why: Whenever a larger logit turns up, the sum so far is scaled down to it.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let (largest, total) = scaled_sum(z);
        z.iter().map(|logit| (logit - largest).exp() / total).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let (largest, total) = scaled_sum(z);
        z.iter().map(|logit| logit - largest - total.ln()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let (largest, total) = scaled_sum(z);
        largest - z[target] + total.ln()
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut gradient = self.softmax(z);
        gradient[target] -= 1.0;
        gradient
    }
}

contract::export!(Patched<Variant>);

/// The largest logit, and the sum of the exponentials of how far each lies below it.
fn scaled_sum(z: &[f64]) -> (f64, f64) {
    assert!(!z.is_empty(), "there are no logits");
    let mut largest = f64::NEG_INFINITY;
    let mut total = 0.0;
    for &logit in z {
        if logit > largest {
            total = total * (largest - logit).exp() + 1.0;
            largest = logit;
        } else if logit > f64::NEG_INFINITY {
            total += (logit - largest).exp();
        }
    }
    (largest, total)
}
