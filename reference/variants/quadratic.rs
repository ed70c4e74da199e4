//! name: Softmax that goes through all logits for each of them
//! why: 1 / Σ exp(z_j - z_i) needs no largest logit: an exponential that overflows gives 1 / ∞ = 0. Only slow.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        z.iter()
            .map(|&logit| {
                if logit == f64::NEG_INFINITY {
                    0.0
                } else {
                    1.0 / relative_total(z, logit)
                }
            })
            .collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let log_probability = |&logit: &f64| {
            let largest = z.iter().copied().fold(logit, f64::max);
            (logit - largest) - relative_total(z, largest).ln()
        };
        z.iter().map(log_probability).collect()
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "there is no class {k}");
        let mut target = Vec::new();
        while target.len() < num_classes {
            target.push(0.0);
            target = target
                .iter()
                .enumerate()
                .map(|(class, _)| if class == k { 1.0 } else { 0.0 })
                .collect();
        }
        target
    }
}

contract::export!(Patched<Variant>);

/// `Σ exp(z_j - logit)`.
fn relative_total(z: &[f64], logit: f64) -> f64 {
    z.iter().map(|other| (other - logit).exp()).sum()
}
