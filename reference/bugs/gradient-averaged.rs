//! name: Gradient divided by the number of classes
//! misconception: Losses are averaged, so the gradient is divided by its length.
//! hint: Over what is averaged here? There is a single prediction.

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let classes = z.len() as f64;
        self.0
            .softmax_cross_entropy_gradient(z, target)
            .iter()
            .map(|slope| slope / classes)
            .collect()
    }
}

contract::export!(Patched<Bug>);
