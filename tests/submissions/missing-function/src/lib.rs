//! Wrong: the impl lacks `masked_mean`, so it does not compile. The functions that are there are right.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

fn mean(values: &[f64], count: f64) -> f64 {
    values.iter().sum::<f64>() / count
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        let mut h = 0.0;
        for &pi in p {
            if pi != 0.0 {
                h += -pi * pi.ln();
            }
        }
        h
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q must be equally long");
        let mut h = 0.0;
        for (&pi, &qi) in p.iter().zip(q) {
            if pi == 0.0 {
                continue;
            }
            if qi <= 0.0 {
                return f64::INFINITY;
            }
            h += -pi * qi.ln();
        }
        h
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q must be equally long");
        let mut d = 0.0;
        for (&pi, &qi) in p.iter().zip(q) {
            if pi == 0.0 {
                continue;
            }
            if qi <= 0.0 {
                return f64::INFINITY;
            }
            d += pi * (pi.ln() - qi.ln());
        }
        d
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "k = {k} but num_classes = {num_classes}");
        let mut y = vec![0.0; num_classes];
        y[k] = 1.0;
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        let log_likelihood = y * p_hat.ln() + (1.0 - y) * (1.0 - p_hat).ln();
        -log_likelihood
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "no logits");
        let max = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut out: Vec<f64> = z.iter().map(|x| (x - max).exp()).collect();
        let sum: f64 = out.iter().sum();
        for x in &mut out {
            *x /= sum;
        }
        out
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "no logits");
        let max = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = z.iter().map(|x| (x - max).exp()).sum();
        z.iter().map(|x| x - max - sum.ln()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let log_probs = self.log_softmax(z);
        assert!(target < z.len(), "target = {target} but there are {} classes", z.len());
        -log_probs[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let probs = self.softmax(z);
        let hot = self.one_hot(target, z.len());
        let mut gradient = Vec::new();
        for i in 0..z.len() {
            gradient.push(probs[i] - hot[i]);
        }
        gradient
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        mean(nll, nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let nll: Vec<f64> = probs.iter().map(|p| -p.ln()).collect();
        mean(&nll, probs.len() as f64).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let hot = self.one_hot(k, num_classes);
        let mut smooth = Vec::new();
        for y in hot {
            smooth.push((1.0 - eps) * y + eps / num_classes as f64);
        }
        smooth
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let log_probs = self.log_softmax(z);
        let smooth = self.label_smoothing(target, z.len(), eps);
        let mut loss = 0.0;
        for i in 0..z.len() {
            if smooth[i] > 0.0 {
                loss -= smooth[i] * log_probs[i];
            }
        }
        loss
    }
}

contract::export!(Solution);
