//! name: Products added without rounding in between
//! why: A fused multiplication and addition rounds once instead of twice.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter()
            .filter(|&&p| p > 0.0)
            .fold(0.0, |nats, p| (-p).mul_add(p.ln(), nats))
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        let counted = p.iter().zip(q).filter(|&(&p, _)| p > 0.0);
        counted.fold(0.0, |nats, (p, q)| (-p).mul_add(q.ln(), nats))
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        (-y).mul_add(p_hat.ln(), (y - 1.0) * (1.0 - p_hat).ln())
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let share = eps / num_classes as f64;
        self.one_hot(k, num_classes)
            .iter()
            .map(|one| one.mul_add(1.0 - eps, share))
            .collect()
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "losses and mask differ in length");
        let counted = losses.iter().zip(mask).filter(|&(_, &weight)| weight != 0.0);
        counted.fold(0.0, |total, (loss, weight)| loss.mul_add(*weight, total)) / mask.iter().sum::<f64>()
    }
}

contract::export!(Patched<Variant>);
