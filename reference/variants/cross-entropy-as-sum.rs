//! name: Cross-entropy as entropy plus KL divergence
//! why: It is the identity of exercise 1, read the other way; the entropy is a cross-entropy of equals.

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        self.entropy(p) + self.kl_divergence(p, q)
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        self.0.cross_entropy(p, p)
    }
}

contract::export!(Patched<Variant>);
