//! name: Gradient by forward differences
//! misconception: A difference quotient with a small step is as good as the derivative.
//! hint: How far off is a one-sided difference? Is there a formula without any step?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let step = 1e-4;
        let loss = self.softmax_cross_entropy(z, target);
        let slope = |class: usize| {
            let mut moved = z.to_vec();
            moved[class] += step;
            (self.softmax_cross_entropy(&moved, target) - loss) / step
        };
        (0..z.len()).map(slope).collect()
    }
}

contract::export!(Patched<Bug>);
