//! name: Smoothed cross-entropy with the two amounts exchanged
//! misconception: eps is the weight of the true class's loss.
//! hint: Which loss should be left when eps is 0?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        self.0.smoothed_cross_entropy(z, target, 1.0 - eps)
    }
}

contract::export!(Patched<Bug>);
