//! name: One-hot target that holds the class's number
//! misconception: The entry of the true class is the number of the class.
//! hint: The entries are probabilities. How likely is the true class?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        self.0
            .one_hot(k, num_classes)
            .iter()
            .map(|one| one * k as f64)
            .collect()
    }
}

contract::export!(Patched<Bug>);
