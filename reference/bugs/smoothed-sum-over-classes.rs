//! name: Smoothed cross-entropy with the classes summed, not averaged
//! misconception: The uniform part is eps times the losses of all classes.
//! hint: How large is the share of each class in the uniform part?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let all: f64 = (0..z.len()).map(|class| self.softmax_cross_entropy(z, class)).sum();
        let hard = self.softmax_cross_entropy(z, target);
        if eps == 0.0 {
            hard
        } else {
            (1.0 - eps) * hard + eps * all
        }
    }
}

contract::export!(Patched<Bug>);
