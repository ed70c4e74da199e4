//! name: Label smoothing by adding eps and rescaling
//! misconception: Add eps to every class, then divide by the new sum.
//! hint: How much does the true class keep when eps is 1?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let total = 1.0 + eps * num_classes as f64;
        self.one_hot(k, num_classes)
            .iter()
            .map(|one| (one + eps) / total)
            .collect()
    }
}

contract::export!(Patched<Bug>);
