//! name: Smoothed cross-entropy with eps shared among the other classes
//! misconception: What the true class gives up goes to the others, eps / (K - 1) each.
//! hint: Among how many classes is eps shared out?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let hard = self.softmax_cross_entropy(z, target);
        if eps == 0.0 || z.len() == 1 {
            return hard;
        }
        let others = (0..z.len()).filter(|&class| class != target);
        let sum: f64 = others.map(|class| self.softmax_cross_entropy(z, class)).sum();
        (1.0 - eps) * hard + eps * sum / (z.len() - 1) as f64
    }
}

contract::export!(Patched<Bug>);
