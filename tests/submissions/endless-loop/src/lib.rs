//! Wrong: `perplexity` never moves on to the next token and loops forever, unless there is none.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        let mut i = 0;
        let mut h = 0.0;
        while i < p.len() {
            if p[i] > 0.0 {
                h -= p[i] * p[i].ln();
            }
            i += 1;
        }
        h
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        if p.len() != q.len() {
            panic!("p has {} entries and q has {}", p.len(), q.len());
        }
        let mut i = 0;
        let mut h = 0.0;
        while i < p.len() {
            if p[i] > 0.0 {
                if q[i] <= 0.0 {
                    return f64::INFINITY;
                }
                h -= p[i] * q[i].ln();
            }
            i += 1;
        }
        h
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        let h = self.cross_entropy(p, q);
        h - self.entropy(p)
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        if k >= num_classes {
            panic!("there is no class {k}");
        }
        let mut y = vec![0.0; num_classes];
        y[k] = 1.0;
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        let (when_one, when_zero) = (-p_hat.ln(), -(1.0 - p_hat).ln());
        y * when_one + (1.0 - y) * when_zero
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let mut out = self.log_softmax(z);
        let mut i = 0;
        while i < out.len() {
            out[i] = out[i].exp();
            i += 1;
        }
        out
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        if z.is_empty() {
            panic!("z is empty");
        }
        let mut max = f64::NEG_INFINITY;
        let mut i = 0;
        while i < z.len() {
            if z[i] > max {
                max = z[i];
            }
            i += 1;
        }
        let mut sum = 0.0;
        let mut i = 0;
        while i < z.len() {
            sum += (z[i] - max).exp();
            i += 1;
        }
        let mut out = vec![];
        let mut i = 0;
        while i < z.len() {
            out.push(z[i] - max - sum.ln());
            i += 1;
        }
        out
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let log_probs = self.log_softmax(z);
        -log_probs[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut out = self.softmax(z);
        out[target] -= 1.0;
        out
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        let mut i = 0;
        let mut sum = 0.0;
        while i < nll.len() {
            sum += nll[i];
        }
        (sum / nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let mut i = 0;
        let mut sum = 0.0;
        while i < probs.len() {
            sum -= probs[i].ln();
            i += 1;
        }
        (sum / probs.len() as f64).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let mut y = self.one_hot(k, num_classes);
        let mut i = 0;
        while i < y.len() {
            y[i] = (1.0 - eps) * y[i] + eps / num_classes as f64;
            i += 1;
        }
        y
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let log_probs = self.log_softmax(z);
        let y = self.label_smoothing(target, z.len(), eps);
        let mut i = 0;
        let mut loss = 0.0;
        while i < z.len() {
            if y[i] > 0.0 {
                loss -= y[i] * log_probs[i];
            }
            i += 1;
        }
        loss
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        if losses.len() != mask.len() {
            panic!("{} losses, but a mask of {}", losses.len(), mask.len());
        }
        let mut i = 0;
        let mut sum = 0.0;
        let mut weight = 0.0;
        while i < losses.len() {
            if mask[i] > 0.0 {
                sum += mask[i] * losses[i];
                weight += mask[i];
            }
            i += 1;
        }
        sum / weight
    }
}

contract::export!(Solution);
