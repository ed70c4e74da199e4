//! name: Log-softmax as the logarithm of the softmax
//! misconception: With a stable softmax its logarithm is stable as well.
//! hint: What is the logarithm of a probability that has been rounded to 0?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        self.softmax(z).iter().map(|p| p.ln()).collect()
    }
}

contract::export!(Patched<Bug>);
