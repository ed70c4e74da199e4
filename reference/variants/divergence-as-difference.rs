//! name: KL divergence as cross-entropy less entropy
//! why: It is the identity of exercise 1.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        self.cross_entropy(p, q) - self.entropy(p)
    }
}

contract::export!(Patched<Variant>);
