//! name: Gradient without the one-hot target
//! misconception: The gradient of the loss is the softmax itself.
//! hint: Where does the true class enter? What do the entries sum to?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        assert!(target < z.len(), "there is no class {target}");
        self.softmax(z)
    }
}

contract::export!(Patched<Bug>);
