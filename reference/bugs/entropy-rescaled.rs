//! name: Entropy of probabilities rescaled to sum to 1
//! misconception: What does not sum to 1 has to be normalized before the formula may be applied.
//! hint: What does the contract say about numbers that do not sum to 1?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        let total: f64 = p.iter().sum();
        let shares = p.iter().map(|p| p / total).filter(|&share| share > 0.0);
        shares.map(|share| -share * share.ln()).sum()
    }
}

contract::export!(Patched<Bug>);
