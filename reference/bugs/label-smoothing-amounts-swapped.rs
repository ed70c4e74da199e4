//! name: Label smoothing with the two amounts exchanged
//! misconception: eps is how much the true class keeps.
//! hint: What should be left of the one-hot target when eps is 0?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        self.0.label_smoothing(k, num_classes, 1.0 - eps)
    }
}

contract::export!(Patched<Bug>);
