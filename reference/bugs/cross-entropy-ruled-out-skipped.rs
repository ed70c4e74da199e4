//! name: Cross-entropy that skips what the model rules out
//! misconception: A class with a model probability of 0 has no logarithm, so it is left out of the sum.
//! hint: Which of the two being 0 makes a term vanish, and which makes it grow without bound?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        let counted = p.iter().zip(q).filter(|&(&p, &q)| p > 0.0 && q > 0.0);
        counted.map(|(p, q)| -p * q.ln()).sum()
    }
}

contract::export!(Patched<Bug>);
