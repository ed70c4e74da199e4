//! name: Gradient with respect to the probabilities
//! misconception: The derivative of -ln p is -1/p, at the target's place.
//! hint: With respect to what is the derivative taken? What does the chain rule say next?

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
        let probabilities = self.softmax(z);
        let one_hot = self.one_hot(target, z.len());
        one_hot
            .iter()
            .zip(&probabilities)
            .map(|(one, p)| if *one == 0.0 { 0.0 } else { -one / p })
            .collect()
    }
}

contract::export!(Patched<Bug>);
