//! name: Cross-entropy of the most likely class only
//! misconception: The target is the class with the largest probability; the other classes do not count.
//! hint: What if the truth itself is uncertain: which classes can happen then?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        let likeliest = (0..p.len()).max_by(|&i, &j| p[i].total_cmp(&p[j]));
        likeliest.map_or(0.0, |class| -q[class].ln())
    }
}

contract::export!(Patched<Bug>);
