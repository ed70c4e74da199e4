//! name: KL divergence of absolute terms
//! misconception: The divergence is never negative, so none of its terms is.
//! hint: Which of the terms are negative, and may a sum that is never negative have such terms?

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
        let counted = p.iter().zip(q).filter(|&(&p, _)| p > 0.0);
        counted.map(|(p, q)| p * (p.ln() - q.ln()).abs()).sum()
    }
}

contract::export!(Patched<Bug>);
