//! name: Softmax of no logits
//! misconception: Without any logits the result is an empty list.
//! hint: Can an empty list be a distribution? What does the contract say about it?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        if z.is_empty() { Vec::new() } else { self.0.softmax(z) }
    }
}

contract::export!(Patched<Bug>);
