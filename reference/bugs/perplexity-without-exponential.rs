//! name: The mean loss in place of the perplexity
//! misconception: Perplexity is another word for the average cross-entropy.
//! hint: Among how many equally likely tokens does a perfect model choose?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        nll.iter().sum::<f64>() / nll.len() as f64
    }
}

contract::export!(Patched<Bug>);
