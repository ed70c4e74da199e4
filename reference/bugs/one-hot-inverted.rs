//! name: One-hot target with zeros and ones exchanged
//! misconception: The true class is marked by being the only 0.
//! hint: How likely is the true class under this target, and do the entries sum to 1?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        self.0.one_hot(k, num_classes).iter().map(|one| 1.0 - one).collect()
    }
}

contract::export!(Patched<Bug>);
