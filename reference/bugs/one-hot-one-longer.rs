//! name: One-hot target with a place too many
//! misconception: Classes count from 0, so there is one place more than there are classes.
//! hint: How many entries are there, and how many classes?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "there is no class {k}");
        (0..=num_classes)
            .map(|class| if class == k { 1.0 } else { 0.0 })
            .collect()
    }
}

contract::export!(Patched<Bug>);
