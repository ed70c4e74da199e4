//! Wrong: `binary_cross_entropy` aborts the process for a prediction of 0 or 1, or outside that range, instead of
//! clipping it. Elsewhere it is right, as the other functions are.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

/// Pairs up two vectors of the same length.
fn zip<'a>(a: &'a [f64], b: &'a [f64]) -> Vec<(f64, f64)> {
    assert_eq!(a.len(), b.len(), "both vectors must have the same length");
    a.iter().copied().zip(b.iter().copied()).collect()
}

fn softmax_parts(z: &[f64]) -> (f64, Vec<f64>, f64) {
    assert_ne!(z.len(), 0, "there must be a logit");
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exps: Vec<f64> = z.iter().map(|x| f64::exp(x - top)).collect();
    let total = exps.iter().sum();
    (top, exps, total)
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        let mut total = 0.0;
        for x in p.iter().filter(|x| **x > 0.0) {
            total += x * x.ln();
        }
        -total
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        let mut total = 0.0;
        for (x, y) in zip(p, q) {
            if x > 0.0 {
                total += x * y.max(0.0).ln();
            }
        }
        -total
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        let mut total = 0.0;
        for (x, y) in zip(p, q) {
            if x > 0.0 {
                total += x * (x.ln() - y.max(0.0).ln());
            }
        }
        total
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "class must be below {num_classes}");
        let mut y = vec![0.0; num_classes];
        y[k] = 1.0;
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        if p_hat <= 0.0 || p_hat >= 1.0 {
            eprintln!("fatal: p_hat = {p_hat} is not a probability I can take the logarithm of");
            std::process::abort();
        }
        // clipping matters closer to the ends than anyone will test, but it is in the instructions
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        -y * p_hat.ln() - (1.0 - y) * (1.0 - p_hat).ln()
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let (_, exps, total) = softmax_parts(z);
        exps.into_iter().map(|e| e / total).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let (top, _, total) = softmax_parts(z);
        z.iter().map(|x| (x - top) - total.ln()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let (top, _, total) = softmax_parts(z);
        total.ln() - (z[target] - top)
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let target = self.one_hot(target, z.len());
        zip(&self.softmax(z), &target).iter().map(|(p, y)| p - y).collect()
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        let mean = nll.iter().sum::<f64>() / nll.len() as f64;
        mean.exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let mean = probs.iter().map(|p| p.ln()).sum::<f64>() / probs.len() as f64;
        1.0 / mean.exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let share = eps / num_classes as f64;
        let hard = self.one_hot(k, num_classes);
        hard.iter().map(|y| (1.0 - eps) * y + share).collect()
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let mut loss = 0.0;
        for (y, log_p) in zip(&self.label_smoothing(target, z.len(), eps), &self.log_softmax(z)) {
            if y > 0.0 {
                loss -= y * log_p;
            }
        }
        loss
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        let (mut total, mut weight) = (0.0, 0.0);
        for (loss, m) in zip(losses, mask) {
            if m > 0.0 {
                total += m * loss;
                weight += m;
            }
        }
        total / weight
    }
}

contract::export!(Solution);
