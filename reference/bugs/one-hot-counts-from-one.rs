//! name: One-hot target that counts classes from 1
//! misconception: The first class is class 1.
//! hint: Where does class 0 stand?

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
        (1..=num_classes)
            .map(|class| if class == k { 1.0 } else { 0.0 })
            .collect()
    }
}

contract::export!(Patched<Bug>);
