//! name: Softmax that takes a logit of minus infinity for 0
//! misconception: An infinite logit is a mistake in the data and is replaced by 0.
//! hint: How likely is a class whose logit is minus infinity, and how likely one whose logit is 0?

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let finite: Vec<f64> = z
            .iter()
            .map(|&logit| if logit.is_finite() { logit } else { 0.0 })
            .collect();
        self.0.softmax(&finite)
    }
}

contract::export!(Patched<Bug>);
