//! name: Masked mean over the padded length
//! misconception: A masked loss is 0, and the mean is over all positions.
//! hint: How many tokens are there without the padding?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "losses and mask differ in length");
        let counted = losses.iter().zip(mask).filter(|&(_, &weight)| weight != 0.0);
        let total: f64 = counted.map(|(loss, weight)| loss * weight).sum();
        total / losses.len() as f64
    }
}

contract::export!(Patched<Bug>);
