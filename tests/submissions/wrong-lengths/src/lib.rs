//! Wrong: every vector that comes back is one entry too short or too long. The numbers are right.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

// Shared by the functions below.
fn log_probability(z: &[f64], class: usize) -> f64 {
    assert!(z.len() > 0, "z has no entries");
    let mut m = z[0];
    let mut i = 1;
    while i < z.len() {
        m = m.max(z[i]);
        i += 1;
    }
    let mut s = 0.0;
    for zi in z {
        s += (zi - m).exp();
    }
    z[class] - m - s.ln()
}

fn must_match(a: &[f64], b: &[f64]) {
    assert!(a.len() == b.len(), "lengths do not match");
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..p.len() {
            if p[i] > 0.0 {
                sum += p[i] * p[i].ln();
            }
        }
        -sum
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        must_match(p, q);
        let mut sum = 0.0;
        for i in 0..p.len() {
            if p[i] > 0.0 && q[i] <= 0.0 {
                return f64::INFINITY;
            } else if p[i] > 0.0 {
                sum += p[i] * q[i].ln();
            }
        }
        -sum
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        must_match(p, q);
        let mut sum = 0.0;
        for i in 0..p.len() {
            if p[i] > 0.0 && q[i] <= 0.0 {
                return f64::INFINITY;
            } else if p[i] > 0.0 {
                sum += p[i] * (p[i].ln() - q[i].ln());
            }
        }
        sum
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "k is too large");
        let mut y = vec![0.0; k];
        y.push(1.0);
        while y.len() <= num_classes {
            y.push(0.0);
        }
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = if p_hat < 1e-12 {
            1e-12
        } else if p_hat > 1.0 - 1e-12 {
            1.0 - 1e-12
        } else {
            p_hat
        };
        -(y * p_hat.ln() + (1.0 - y) * (1.0 - p_hat).ln())
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        log_probability(z, 0); // panics if z is empty
        let mut out = Vec::new();
        for i in 1..z.len() {
            out.push(log_probability(z, i - 1).exp());
        }
        out
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        log_probability(z, 0); // panics if z is empty
        let mut out = Vec::new();
        for i in 1..z.len() {
            out.push(log_probability(z, i - 1));
        }
        out
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        -log_probability(z, target)
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        assert!(target < z.len(), "target is too large");
        let mut out = Vec::new();
        for i in 0..z.len() {
            out.push(log_probability(z, i).exp());
        }
        out[target] -= 1.0;
        // the entries sum to 0, so the last one is redundant
        out.pop();
        out
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        let mut sum = 0.0;
        for x in nll {
            sum += x;
        }
        (sum / nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let mut sum = 0.0;
        for x in probs {
            sum -= x.ln();
        }
        (sum / probs.len() as f64).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        assert!(k < num_classes, "k is too large");
        let mut y = Vec::new();
        for i in 0..=num_classes {
            let hard = if i == k { 1.0 } else { 0.0 };
            y.push((1.0 - eps) * hard + eps / num_classes as f64);
        }
        y
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let y = self.label_smoothing(target, z.len(), eps);
        let mut sum = 0.0;
        for i in 0..z.len() {
            if y[i] > 0.0 {
                sum -= y[i] * log_probability(z, i);
            }
        }
        sum
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        must_match(losses, mask);
        let (mut sum, mut weight) = (0.0, 0.0);
        for i in 0..losses.len() {
            if mask[i] > 0.0 {
                sum += losses[i] * mask[i];
                weight += mask[i];
            }
        }
        sum / weight
    }
}

contract::export!(Solution);
