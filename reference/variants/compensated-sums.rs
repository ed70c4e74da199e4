//! name: Sums that carry their rounding errors along
//! why: Neumaier's sum is exact to the last digits, and no check may ask for the errors of a plain one.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        sum(p.iter().filter(|&&p| p > 0.0).map(|p| -p * p.ln()))
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        let counted = p.iter().zip(q).filter(|&(&p, _)| p > 0.0);
        sum(counted.map(|(p, q)| -p * q.ln()))
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        let counted = p.iter().zip(q).filter(|&(&p, _)| p > 0.0);
        sum(counted.map(|(p, q)| p * (p.ln() - q.ln())))
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (sum(nll.iter().copied()) / nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        (sum(probs.iter().map(|prob| -prob.ln())) / probs.len() as f64).exp()
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "losses and mask differ in length");
        let counted = losses.iter().zip(mask).filter(|&(_, &weight)| weight != 0.0);
        sum(counted.map(|(loss, weight)| loss * weight)) / sum(mask.iter().copied())
    }
}

contract::export!(Patched<Variant>);

/// Neumaier's sum. An infinite term has no rounding error to carry along.
fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for term in terms {
        let next = total + term;
        lost += if total.abs() >= term.abs() {
            (total - next) + term
        } else {
            (term - next) + total
        };
        total = next;
    }
    if total.is_finite() { total + lost } else { total }
}
