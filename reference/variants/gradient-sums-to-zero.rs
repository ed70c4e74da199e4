//! name: Gradient whose target entry is minus the sum of the others
//! why: The entries of the gradient sum to 0.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut gradient: Vec<f64> = self.log_softmax(z).iter().map(|log_p| log_p.exp()).collect();
        gradient[target] = 0.0;
        gradient[target] = -gradient.iter().sum::<f64>();
        gradient
    }
}

contract::export!(Patched<Variant>);
