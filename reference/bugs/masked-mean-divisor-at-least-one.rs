//! name: Masked mean whose divisor is at least 1
//! misconception: A divisor of at least 1 guards against dividing by 0 and changes nothing else.
//! hint: Can the weights sum to less than 1 without all being 0?

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
        total / mask.iter().sum::<f64>().max(1.0)
    }
}

contract::export!(Patched<Bug>);
