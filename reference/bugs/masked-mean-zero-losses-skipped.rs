//! name: Masked mean that leaves out losses of 0
//! misconception: A loss of 0 is a masked one.
//! hint: What tells a masked token from one that was predicted perfectly?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "losses and mask differ in length");
        let counted = losses.iter().zip(mask).filter(|&(&loss, _)| loss != 0.0);
        let (losses, mask): (Vec<f64>, Vec<f64>) = counted.unzip();
        self.0.masked_mean(&losses, &mask)
    }
}

contract::export!(Patched<Bug>);
