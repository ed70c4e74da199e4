//! name: Gradient of 0 when the prediction is right
//! misconception: A prediction that is right has nothing left to learn.
//! hint: Is the loss of a right prediction 0 already?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        assert!(target < z.len(), "there is no class {target}");
        let is_right = z.iter().all(|&logit| logit <= z[target]);
        if is_right {
            vec![0.0; z.len()]
        } else {
            self.0.softmax_cross_entropy_gradient(z, target)
        }
    }
}

contract::export!(Patched<Bug>);
