//! name: Masked mean of what the mask leaves out
//! misconception: A mask of 1 covers a token, so that it does not count.
//! hint: Which tokens count, those with a 1 or those with a 0?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        let inverted: Vec<f64> = mask.iter().map(|weight| 1.0 - weight).collect();
        self.0.masked_mean(losses, &inverted)
    }
}

contract::export!(Patched<Bug>);
