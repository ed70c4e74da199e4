//! name: Label smoothing in which the true class gets no share
//! misconception: The true class keeps 1 - eps, and every other class gets eps / K.
//! hint: What do the entries sum to? Which share is missing?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        assert!(k < num_classes, "there is no class {k}");
        let share = eps / num_classes as f64;
        (0..num_classes)
            .map(|class| if class == k { 1.0 - eps } else { share })
            .collect()
    }
}

contract::export!(Patched<Bug>);
