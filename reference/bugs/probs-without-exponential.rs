//! name: The mean cross-entropy in place of the perplexity from probabilities
//! misconception: Perplexity is another word for the average cross-entropy.
//! hint: Among how many equally likely tokens does a model choose that gives each a quarter?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        probs.iter().map(|prob| -prob.ln()).sum::<f64>() / probs.len() as f64
    }
}

contract::export!(Patched<Bug>);
