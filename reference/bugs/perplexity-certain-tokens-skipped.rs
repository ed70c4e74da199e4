//! name: Perplexity that leaves out tokens without a loss
//! misconception: A loss of 0 is padding and does not count as a token.
//! hint: What does a loss of 0 say about a token? May it be left out of the mean?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        let surprising: Vec<f64> = nll.iter().copied().filter(|&loss| loss != 0.0).collect();
        self.0.perplexity(&surprising)
    }
}

contract::export!(Patched<Bug>);
