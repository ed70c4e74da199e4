//! name: Label smoothing that adds without taking away
//! misconception: Smoothing adds eps / K to every class of the one-hot target.
//! hint: What do the entries sum to?

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
        self.one_hot(k, num_classes).iter().map(|one| one + share).collect()
    }
}

contract::export!(Patched<Bug>);
