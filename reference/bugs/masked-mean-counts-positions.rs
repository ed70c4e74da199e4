//! name: Masked mean divided by the number of positions that count
//! misconception: The divisor is how many entries of the mask are not 0.
//! hint: What does an entry between 0 and 1 weigh, above and below the fraction?

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
        let kept = mask.iter().filter(|&&weight| weight != 0.0).count();
        total / kept as f64
    }
}

contract::export!(Patched<Bug>);
