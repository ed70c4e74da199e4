//! name: Label smoothing for a class that does not exist
//! misconception: A class that does not exist gets nothing, the others their share.
//! hint: What do the entries sum to? What does the contract say about a class that does not exist?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let share = eps / num_classes as f64;
        (0..num_classes)
            .map(|class| if class == k { 1.0 - eps + share } else { share })
            .collect()
    }
}

contract::export!(Patched<Bug>);
