//! name: One minus the target's probability in place of its logarithm
//! misconception: The loss is the probability of being wrong.
//! hint: What should a prediction cost that gives the target almost no probability?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        1.0 - self.softmax(z)[target]
    }
}

contract::export!(Patched<Bug>);
