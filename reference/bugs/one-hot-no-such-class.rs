//! name: One-hot target of a class that does not exist
//! misconception: A class that does not exist gives a list without any 1.
//! hint: Is a list of zeros a distribution? What does the contract say about a class that does not exist?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        (0..num_classes)
            .map(|class| if class == k { 1.0 } else { 0.0 })
            .collect()
    }
}

contract::export!(Patched<Bug>);
