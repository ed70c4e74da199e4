//! name: Log-softmax as the logarithm of the softmax plus 1e-12
//! misconception: A tiny number inside the logarithm keeps it finite and changes nothing else.
//! hint: How small can a log-probability get with that number inside, and how small should it get?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        self.softmax(z).iter().map(|p| (p + 1e-12).ln()).collect()
    }
}

contract::export!(Patched<Bug>);
