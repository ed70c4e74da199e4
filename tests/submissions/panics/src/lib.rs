//! Wrong: five functions panic where they should answer (an index out of bounds, an `unwrap`, an explicit panic, an
//! integer that goes below 0, and a boxed payload that is no text). The others are right.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

fn largest(z: &[f64]) -> f64 {
    *z.iter().max_by(|a, b| a.total_cmp(b)).expect("logits must not be empty")
}

impl CrossEntropy for Solution {
    // Off by one: panics with an index out of bounds, always.
    fn entropy(&self, p: &[f64]) -> f64 {
        let mut h = 0.0;
        for i in 0..=p.len() {
            if p[i] > 0.0 {
                h -= p[i] * p[i].ln();
            }
        }
        h
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q must have the same length");
        let mut h = 0.0;
        for i in 0..p.len() {
            if p[i] > 0.0 {
                h -= p[i] * q[i].max(0.0).ln();
            }
        }
        h
    }

    // Gives up where the answer is an infinity.
    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q must have the same length");
        let mut d = 0.0;
        for i in 0..p.len() {
            if p[i] > 0.0 {
                if q[i] <= 0.0 {
                    panic!("q[{i}] must be positive, but it is {}", q[i]);
                }
                d += p[i] * (p[i].ln() - q[i].ln());
            }
        }
        d
    }

    // Counts classes from 1: panics for class 0, and the others are in the right place.
    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "k must be less than num_classes");
        let before = k - 1;
        let mut y = vec![0.0; before + 1];
        y.push(1.0);
        y.resize(num_classes, 0.0);
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        -(y * p_hat.ln() + (1.0 - y) * (1.0 - p_hat).ln())
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let m = largest(z);
        let exps: Vec<f64> = z.iter().map(|x| (x - m).exp()).collect();
        let sum: f64 = exps.iter().sum();
        exps.iter().map(|x| x / sum).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let m = largest(z);
        let sum: f64 = z.iter().map(|x| (x - m).exp()).sum();
        z.iter().map(|x| (x - m) - sum.ln()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        -self.log_softmax(z)[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut gradient = self.softmax(z);
        gradient[target] -= 1.0;
        gradient
    }

    // Looks for the worst token, which nobody asked for, and panics on `None` when no loss is above 100.
    fn perplexity(&self, nll: &[f64]) -> f64 {
        let worst = nll.iter().find(|x| **x > 100.0).unwrap();
        let mean = nll.iter().sum::<f64>() / nll.len() as f64;
        mean.min(*worst).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let mean_log = probs.iter().map(|x| x.ln()).sum::<f64>() / probs.len() as f64;
        (-mean_log).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let mut y = vec![eps / num_classes as f64; num_classes];
        y[k] += 1.0 - eps;
        y
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let log_probs = self.log_softmax(z);
        let y = self.label_smoothing(target, z.len(), eps);
        let mut loss = 0.0;
        for i in 0..z.len() {
            if y[i] > 0.0 {
                loss -= y[i] * log_probs[i];
            }
        }
        loss
    }

    // A payload that is no text, always.
    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        std::panic::panic_any((losses.len(), mask.len()))
    }
}

contract::export!(Solution);
