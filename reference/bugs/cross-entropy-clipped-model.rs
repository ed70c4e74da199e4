//! name: Cross-entropy with the model clipped away from 0
//! misconception: A loss has to be finite, so the model's probabilities are kept above 1e-12.
//! hint: How surprised should a model be by something that it has ruled out?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        let clipped: Vec<f64> = q.iter().map(|q| q.max(1e-12)).collect();
        self.0.cross_entropy(p, &clipped)
    }
}

contract::export!(Patched<Bug>);
