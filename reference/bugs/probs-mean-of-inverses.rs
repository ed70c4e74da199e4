//! name: Perplexity as the mean of one by each probability
//! misconception: Each token has the perplexity 1/p, and the text has their mean.
//! hint: What is averaged, the perplexities or their logarithms?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        probs.iter().map(|prob| 1.0 / prob).sum::<f64>() / probs.len() as f64
    }
}

contract::export!(Patched<Bug>);
