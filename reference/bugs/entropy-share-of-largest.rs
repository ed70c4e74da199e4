//! name: Entropy as a share of the largest possible one
//! misconception: An entropy lies between 0 and 1, where 1 means uniform.
//! hint: How large is the entropy of a uniform distribution over four classes, in nats?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        let nats = self.0.entropy(p);
        if p.len() > 1 {
            nats / (p.len() as f64).ln()
        } else {
            nats
        }
    }
}

contract::export!(Patched<Bug>);
