//! name: Perplexity from logarithms weighted by the probabilities
//! misconception: As in an entropy, each logarithm is weighted by its probability.
//! hint: Each token of the text has happened once. How much does each of them weigh?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        if probs.is_empty() {
            f64::NAN
        } else {
            self.entropy(probs).exp()
        }
    }
}

contract::export!(Patched<Bug>);
