//! name: Perplexity as the root of a product that overflows
//! misconception: The root of the product of all exponentials is the same as the exponential of the mean.
//! hint: As a formula it is the same. How large does the product get for a long text?

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Bug(reference::Solution);

impl Patch for Bug {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        if nll.is_empty() {
            return f64::NAN;
        }
        let product: f64 = nll.iter().map(|loss| loss.exp()).product();
        product.powf(1.0 / nll.len() as f64)
    }
}

contract::export!(Patched<Bug>);
