//! name: Softmax cross-entropy of 0 for a class that does not exist
//! misconception: A target that does not exist is padding and costs nothing.
//! hint: What does the contract say about a target that does not exist?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        self.log_softmax(z).get(target).map_or(0.0, |log_p| 0.0 - log_p)
    }
}

contract::export!(Patched<Bug>);
