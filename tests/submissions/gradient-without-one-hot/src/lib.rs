//! Wrong: the gradient is the softmax itself, nothing is subtracted at the target.

mod stable;

use contract::CrossEntropy;
use stable::{log_probabilities, same_length};

#[derive(Default)]
pub struct Solution;

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter().map(|&p| if p > 0.0 { -p * p.ln() } else { 0.0 }).sum()
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        same_length(p, q);
        let term = |(&p, &q): (&f64, &f64)| match p {
            p if p <= 0.0 => 0.0,
            _ if q <= 0.0 => f64::INFINITY,
            p => -p * q.ln(),
        };
        p.iter().zip(q).map(term).sum()
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        same_length(p, q);
        let term = |(&p, &q): (&f64, &f64)| match p {
            p if p <= 0.0 => 0.0,
            _ if q <= 0.0 => f64::INFINITY,
            p => p * (p.ln() - q.ln()),
        };
        p.iter().zip(q).map(term).sum()
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "class index {k} is out of range for {num_classes} classes");
        let mut v = vec![0.0; num_classes];
        v[k] = 1.0;
        v
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        const EPS: f64 = 1e-12;
        let p_hat = p_hat.clamp(EPS, 1.0 - EPS);
        -(y * p_hat.ln() + (1.0 - y) * (1.0 - p_hat).ln())
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        log_probabilities(z).map(f64::exp).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        log_probabilities(z).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        -log_probabilities(z).nth(target).expect("target class out of range")
    }

    /// d/dz of -log softmax(z)[target]
    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let log_probs = self.log_softmax(z);
        assert!(target < z.len(), "target class out of range");
        // d/dz_i of log sum exp(z) is softmax(z)_i
        log_probs.into_iter().map(f64::exp).collect()
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (nll.iter().sum::<f64>() / nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let total_log: f64 = probs.iter().map(|p| p.ln()).sum();
        (-total_log / probs.len() as f64).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        assert!(k < num_classes, "class index {k} is out of range for {num_classes} classes");
        let low = eps / num_classes as f64;
        let mut v = vec![low; num_classes];
        v[k] = 1.0 - eps + low;
        v
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let log_probs = self.log_softmax(z);
        let smoothed = self.label_smoothing(target, z.len(), eps);
        let terms = smoothed.iter().zip(&log_probs);
        terms.filter(|(s, _)| **s > 0.0).map(|(s, l)| -s * l).sum()
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        same_length(losses, mask);
        let masked = losses.iter().zip(mask);
        let total: f64 = masked.map(|(l, m)| if *m == 0.0 { 0.0 } else { l * m }).sum();
        total / mask.iter().sum::<f64>()
    }
}

contract::export!(Solution);
