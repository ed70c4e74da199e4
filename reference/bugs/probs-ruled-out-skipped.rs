//! name: Perplexity that leaves out tokens of probability 0
//! misconception: A probability of 0 has no logarithm, so that token is left out.
//! hint: How surprised should a model be by a token that it has ruled out?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let possible: Vec<f64> = probs.iter().copied().filter(|&prob| prob > 0.0).collect();
        self.0.perplexity_from_probs(&possible)
    }
}

contract::export!(Patched<Bug>);
