//! name: KL divergence with the wrong sign
//! misconception: Like an entropy, the divergence has a minus sign in front.
//! hint: What sign does the divergence have when p and q differ?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        -self.0.kl_divergence(p, q)
    }
}

contract::export!(Patched<Bug>);
