//! name: Smoothed cross-entropy as a mixture of two losses
//! why: A cross-entropy is linear in its target.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let hard = self.softmax_cross_entropy(z, target);
        let uniform = (0..z.len())
            .map(|class| self.softmax_cross_entropy(z, class))
            .sum::<f64>()
            / z.len() as f64;
        // Either can be infinite when it has no weight.
        if eps == 0.0 {
            hard
        } else if eps == 1.0 {
            uniform
        } else {
            (1.0 - eps) * hard + eps * uniform
        }
    }
}

contract::export!(Patched<Variant>);
