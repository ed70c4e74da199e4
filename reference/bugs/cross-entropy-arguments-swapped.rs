//! name: Cross-entropy with its arguments swapped
//! misconception: The cross-entropy is symmetric, so the order of truth and model does not matter.
//! hint: Who draws the classes, the truth or the model? And whose surprise is averaged?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        self.0.cross_entropy(q, p)
    }
}

contract::export!(Patched<Bug>);
