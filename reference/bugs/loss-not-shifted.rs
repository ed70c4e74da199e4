//! name: Softmax cross-entropy without subtracting the largest logit
//! misconception: The formula is enough as it stands.
//! hint: How large can a logit be before its exponential is infinite?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let total: f64 = z.iter().map(|logit| logit.exp()).sum();
        -(z[target].exp() / total).ln()
    }
}

contract::export!(Patched<Bug>);
