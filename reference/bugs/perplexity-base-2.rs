//! name: Perplexity as a power of 2 of losses in nats
//! misconception: A perplexity is 2 to the power of the cross-entropy.
//! hint: In which unit are the losses, and which base undoes their logarithm?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (nll.iter().sum::<f64>() / nll.len() as f64).exp2()
    }
}

contract::export!(Patched<Bug>);
