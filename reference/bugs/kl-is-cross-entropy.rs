//! name: The cross-entropy in place of the KL divergence
//! misconception: KL divergence and cross-entropy are two names of one thing.
//! hint: How far is a distribution from itself?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        self.0.cross_entropy(p, q)
    }
}

contract::export!(Patched<Bug>);
