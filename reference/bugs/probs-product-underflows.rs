//! name: Perplexity as the root of a product that underflows
//! misconception: The probability of the text is the product of its tokens' probabilities, and its root is the perplexity.
//! hint: As a formula it is right. How small does the product get for a long text?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        if probs.is_empty() {
            return f64::NAN;
        }
        probs.iter().product::<f64>().powf(-1.0 / probs.len() as f64)
    }
}

contract::export!(Patched<Bug>);
