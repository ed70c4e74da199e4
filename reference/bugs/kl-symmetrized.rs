//! name: KL divergence averaged over both directions
//! misconception: A distance is the same in both directions, so both divergences are averaged.
//! hint: Is the divergence a distance? Compare it in both directions by hand.

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        (self.0.kl_divergence(p, q) + self.0.kl_divergence(q, p)) / 2.0
    }
}

contract::export!(Patched<Bug>);
