//! name: Label smoothing shared among the other classes
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

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        assert!(k < num_classes, "there is no class {k}");
        let share = eps / (num_classes - 1) as f64;
        (0..num_classes)
            .map(|class| if class == k { 1.0 - eps } else { share })
            .collect()
    }
}

contract::export!(Patched<Bug>);
