//! name: Masked mean over the shorter of two lists
//! misconception: Two lists of different lengths are paired up as far as they go.
//! hint: What does the contract ask for when the two lists differ in length, and what does zip do?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        let tokens = losses.len().min(mask.len());
        self.0.masked_mean(&losses[..tokens], &mask[..tokens])
    }
}

contract::export!(Patched<Bug>);
