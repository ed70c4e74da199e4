//! name: Perplexity from the mean probability
//! misconception: The perplexity is one by the average probability of a token.
//! hint: What is averaged, the probabilities or their logarithms?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        probs.len() as f64 / probs.iter().sum::<f64>()
    }
}

contract::export!(Patched<Bug>);
