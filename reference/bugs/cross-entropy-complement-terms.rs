//! name: Cross-entropy with the terms of the classes that do not happen
//! misconception: As in the binary case, each class also contributes (1 - p) ln(1 - q).
//! hint: For two classes written as a list, where does the term with 1 - p come from?

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
        p.iter()
            .zip(q)
            .map(|(&p, &q)| surprise(p, q) + surprise(1.0 - p, 1.0 - q))
            .sum()
    }
}

contract::export!(Patched<Bug>);

/// `-p ln q`; what never happens contributes nothing.
fn surprise(p: f64, q: f64) -> f64 {
    if p == 0.0 { 0.0 } else { -p * q.ln() }
}
