//! name: Softmax cross-entropy without the minus sign
//! misconception: The loss is the log-probability of the target.
//! hint: Does the loss fall or rise as the target gets more likely?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        self.log_softmax(z)[target]
    }
}

contract::export!(Patched<Bug>);
