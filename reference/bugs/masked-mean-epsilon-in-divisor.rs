//! name: Masked mean with a small number added to the divisor
//! misconception: A divisor needs a small number added, lest it be 0.
//! hint: What should the result be when no token counts, and what is it with that number added?

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
        total / (mask.iter().sum::<f64>() + 1e-8)
    }
}

contract::export!(Patched<Bug>);
