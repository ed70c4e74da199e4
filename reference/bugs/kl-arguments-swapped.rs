//! name: KL divergence with its arguments swapped
//! misconception: KL divergence is symmetric, so the order does not matter.
//! hint: Which of the two distributions weights the logarithms?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        self.0.kl_divergence(q, p)
    }
}

contract::export!(Patched<Bug>);
