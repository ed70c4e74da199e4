//! name: Masked mean of 0 when no token counts
//! misconception: Without any token the loss is 0.
//! hint: What is the mean of no numbers?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        let mean = self.0.masked_mean(losses, mask);
        if mask.iter().all(|&weight| weight == 0.0) {
            0.0
        } else {
            mean
        }
    }
}

contract::export!(Patched<Bug>);
