//! name: Cross-entropy averaged over the classes
//! misconception: The cross-entropy is a mean, so the sum is divided by the number of classes.
//! hint: The weights are probabilities. Is their sum not an average already?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        let nats = self.0.cross_entropy(p, q);
        if p.is_empty() { nats } else { nats / p.len() as f64 }
    }
}

contract::export!(Patched<Bug>);
