//! name: Masked mean of a rounded mask
//! misconception: A mask says yes or no, so its entries are rounded.
//! hint: What does a token with a mask of 0.25 weigh?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        let rounded: Vec<f64> = mask.iter().map(|weight| weight.round()).collect();
        self.0.masked_mean(losses, &rounded)
    }
}

contract::export!(Patched<Bug>);
