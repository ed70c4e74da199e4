//! name: Perplexity from logarithms to base 2 and powers of e
//! misconception: The base of the logarithm does not matter, as long as an exponential follows.
//! hint: Which power undoes the logarithm that was taken?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let bits: f64 = probs.iter().map(|prob| -prob.log2()).sum();
        (bits / probs.len() as f64).exp()
    }
}

contract::export!(Patched<Bug>);
