//! name: KL divergence with 0 · ln 0
//! misconception: Multiplying by a probability of 0 removes a class by itself.
//! hint: What does floating point make of 0 times minus infinity?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        p.iter().zip(q).map(|(p, q)| p * (p.ln() - q.ln())).sum()
    }
}

contract::export!(Patched<Bug>);
