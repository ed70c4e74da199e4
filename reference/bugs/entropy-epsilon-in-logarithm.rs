//! name: Entropy with a small number added inside the logarithm
//! misconception: A tiny number inside the logarithm keeps it finite and changes nothing else.
//! hint: How exact is the entropy of a certain outcome? Are there other ways around ln 0?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter().map(|p| -p * (p + 1e-6).ln()).sum()
    }
}

contract::export!(Patched<Bug>);
