//! name: Entropy in bits
//! misconception: Information is measured in bits, so the logarithm is to base 2.
//! hint: In which unit does the contract measure entropy?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter().filter(|&&p| p > 0.0).map(|p| -p * p.log2()).sum()
    }
}

contract::export!(Patched<Bug>);
