//! name: Entropy without its rare classes
//! misconception: A class with a probability below one in ten thousand is noise and contributes nothing worth counting.
//! hint: From which probability on does a class contribute nothing at all?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter().filter(|&&p| p > 1e-4).map(|p| -p * p.ln()).sum()
    }
}

contract::export!(Patched<Bug>);
