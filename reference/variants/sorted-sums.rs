//! name: Sums from the smallest term to the largest
//! why: The order of a sum changes its rounding only.

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

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exps = z.iter().map(|logit| (logit - largest).exp());
        let total = sum(exps.clone());
        exps.map(|exp| exp / total).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_total = sum(z.iter().map(|logit| (logit - largest).exp())).ln();
        z.iter().map(|logit| logit - largest - log_total).collect()
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (sum(nll.iter().copied()) / nll.len() as f64).exp()
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "losses and mask differ in length");
        let counted = losses.iter().zip(mask).filter(|&(_, &weight)| weight != 0.0);
        sum(counted.map(|(loss, weight)| loss * weight)) / sum(mask.iter().copied())
    }
}

contract::export!(Patched<Variant>);

fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let mut terms: Vec<f64> = terms.collect();
    terms.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    terms.iter().sum()
}
