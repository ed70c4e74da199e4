//! name: Perplexity as the mean of the tokens' perplexities
//! misconception: The perplexity of a text is the average of its tokens' perplexities.
//! hint: Which comes first, the mean or the exponential? Does the order matter?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        nll.iter().map(|loss| loss.exp()).sum::<f64>() / nll.len() as f64
    }
}

contract::export!(Patched<Bug>);
