//! name: Smoothed cross-entropy that smooths the model
//! misconception: Smoothing mixes the prediction with the uniform distribution before the logarithm.
//! hint: Which of the two is smoothed, the target or the prediction?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let uniform = 1.0 / z.len() as f64;
        -((1.0 - eps) * self.softmax(z)[target] + eps * uniform).ln()
    }
}

contract::export!(Patched<Bug>);
