//! name: Loops over indices and panics of the slices themselves
//! why: An index that is out of range panics by itself.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        let mut nats = 0.0;
        let mut i = 0;
        while i < p.len() {
            if p[i] != 0.0 {
                nats -= p[i] * p[i].ln();
            }
            i += 1;
        }
        nats
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        let mut target = vec![0.0; num_classes];
        target[k] = 1.0;
        target
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let mut largest = z[0];
        for &logit in &z[1..] {
            if logit > largest {
                largest = logit;
            }
        }
        let mut probabilities = vec![0.0; z.len()];
        let mut total = 0.0;
        for (probability, &logit) in probabilities.iter_mut().zip(z) {
            *probability = (logit - largest).exp();
            total += *probability;
        }
        for probability in &mut probabilities {
            *probability /= total;
        }
        probabilities
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let mut target = vec![eps / num_classes as f64; num_classes];
        target[k] += 1.0 - eps;
        target
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        if losses.len() != mask.len() {
            panic!("{} losses, {} entries in the mask", losses.len(), mask.len());
        }
        let mut total = 0.0;
        let mut weights = 0.0;
        for (&loss, &weight) in losses.iter().zip(mask) {
            if weight == 0.0 {
                continue;
            }
            total += weight * loss;
            weights += weight;
        }
        total / weights
    }
}

contract::export!(Patched<Variant>);
