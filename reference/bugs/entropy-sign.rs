//! name: Entropy without the minus sign
//! misconception: The entropy is the expected logarithm of the probability.
//! hint: What sign does the logarithm of a probability have, and what sign should an entropy have?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter().filter(|&&p| p > 0.0).map(|p| p * p.ln()).sum()
    }
}

contract::export!(Patched<Bug>);
