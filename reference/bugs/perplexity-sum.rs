//! name: Perplexity from the sum of the losses
//! misconception: The perplexity of a text is the exponential of its whole loss.
//! hint: Should a text twice as long, and as easy, have another perplexity?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        if nll.is_empty() {
            f64::NAN
        } else {
            nll.iter().sum::<f64>().exp()
        }
    }
}

contract::export!(Patched<Bug>);
