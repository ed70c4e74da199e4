//! name: Log-softmax with the mean of the exponentials
//! misconception: The normalizer is the average exponential.
//! hint: What do the exponentials of the result sum to?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let classes = z.len() as f64;
        self.0.log_softmax(z).iter().map(|log_p| log_p + classes.ln()).collect()
    }
}

contract::export!(Patched<Bug>);
