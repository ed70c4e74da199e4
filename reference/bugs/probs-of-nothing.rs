//! name: Perplexity of 1 without any token's probability
//! misconception: A model that has seen nothing was never surprised.
//! hint: What is the mean of no numbers?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        if probs.is_empty() {
            1.0
        } else {
            self.0.perplexity_from_probs(probs)
        }
    }
}

contract::export!(Patched<Bug>);
