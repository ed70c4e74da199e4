//! name: KL divergence over the shorter of two lists
//! misconception: Two lists of different lengths are paired up as far as they go.
//! hint: What does the contract ask for when the two lists differ in length, and what does zip do?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        let classes = p.len().min(q.len());
        self.0.kl_divergence(&p[..classes], &q[..classes])
    }
}

contract::export!(Patched<Bug>);
