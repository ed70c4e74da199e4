//! name: Powers and logarithms to base 2 inside
//! why: Bits times ln 2 are nats.

use std::f64::consts::{LN_2, LOG2_E};

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        LN_2 * p.iter().filter(|&&p| p > 0.0).map(|p| -p * p.log2()).sum::<f64>()
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        let counted = p.iter().zip(q).filter(|&(&p, _)| p > 0.0);
        LN_2 * counted.map(|(p, q)| -p * q.log2()).sum::<f64>()
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        let counted = p.iter().zip(q).filter(|&(&p, _)| p > 0.0);
        LN_2 * counted.map(|(p, q)| p * (p.log2() - q.log2())).sum::<f64>()
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        -LN_2 * (y * p_hat.log2() + (1.0 - y) * (1.0 - p_hat).log2())
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = z.iter().map(|logit| ((logit - largest) * LOG2_E).exp2()).collect();
        let total: f64 = powers.iter().sum();
        powers.iter().map(|power| power / total).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "there are no logits");
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = z.iter().map(|logit| ((logit - largest) * LOG2_E).exp2()).sum();
        z.iter().map(|logit| logit - largest - LN_2 * total.log2()).collect()
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (nll.iter().sum::<f64>() / nll.len() as f64 * LOG2_E).exp2()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let bits: f64 = probs.iter().map(|prob| -prob.log2()).sum();
        (bits / probs.len() as f64).exp2()
    }
}

contract::export!(Patched<Variant>);
