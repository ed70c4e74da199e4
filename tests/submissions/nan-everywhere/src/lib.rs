//! Wrong: every number is NaN. Lengths and panics are right.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

/// A running average gone wrong: 0 samples, divided by 0 samples.
fn average() -> f64 {
    let (total, count) = (0.0, 0.0);
    total / count
}

fn check(ok: bool) {
    assert!(ok, "wrong arguments");
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter().map(|x| x * x.ln()).sum::<f64>() * average()
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        check(p.len() == q.len());
        p.iter().zip(q).map(|(x, y)| x * y.ln()).sum::<f64>() * average()
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        self.cross_entropy(p, q) - self.entropy(p)
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        check(k < num_classes);
        vec![average(); num_classes]
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        average() * y * p_hat
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        check(!z.is_empty());
        z.iter().map(|x| x.exp() / average()).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        check(!z.is_empty());
        z.iter().map(|x| x - average()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        -self.log_softmax(z)[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut gradient = self.softmax(z);
        gradient[target] -= 1.0;
        gradient
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (average() * nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        self.perplexity(probs)
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let hard = self.one_hot(k, num_classes);
        hard.iter().map(|h| (1.0 - eps) * h).collect()
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        self.softmax_cross_entropy(z, target) * (1.0 - eps)
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        check(losses.len() == mask.len());
        average()
    }
}

contract::export!(Solution);
