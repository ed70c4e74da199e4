//! name: Means that are updated with each number
//! why: A running mean moves by the number's share of the weight so far.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "losses and mask differ in length");
        running_mean(losses.iter().copied().zip(mask.iter().copied()))
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        running_mean(nll.iter().map(|&loss| (loss, 1.0))).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        if probs.contains(&0.0) {
            return f64::INFINITY;
        }
        running_mean(probs.iter().map(|prob| (-prob.ln(), 1.0))).exp()
    }
}

contract::export!(Patched<Variant>);

/// The mean of numbers with their weights; NaN without any weight.
fn running_mean(weighted: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut mean, mut weights) = (0.0, 0.0);
    for (number, weight) in weighted.filter(|(_, weight)| *weight != 0.0) {
        weights += weight;
        mean += (number - mean) * (weight / weights);
    }
    if weights == 0.0 { f64::NAN } else { mean }
}
