//! name: Softmax cross-entropy through the probability
//! misconception: The loss is -ln of what the softmax gives, and a stable softmax makes it stable.
//! hint: What is left of a tiny probability after rounding? Is there a way that never leaves the logarithms?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        -self.softmax(z)[target].ln()
    }
}

contract::export!(Patched<Bug>);
