//! Wrong: logarithms are base 2, so entropies and losses are in bits; the exponentials are base e all the same.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

/// As in the lecture on information theory.
fn log(x: f64) -> f64 {
    x.log2()
}

fn sum_where_positive(p: &[f64], f: impl Fn(usize) -> f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..p.len() {
        if p[i] > 0.0 {
            sum += p[i] * f(i);
        }
    }
    sum
}

fn shifted_exps(z: &[f64]) -> (f64, Vec<f64>) {
    let max = z.iter().cloned().reduce(f64::max).expect("z must not be empty");
    (max, z.iter().map(|x| (x - max).exp()).collect())
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        -sum_where_positive(p, |i| log(p[i]))
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert!(p.len() == q.len(), "p and q have different lengths");
        -sum_where_positive(p, |i| log(q[i].max(0.0)))
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert!(p.len() == q.len(), "p and q have different lengths");
        sum_where_positive(p, |i| log(p[i]) - log(q[i].max(0.0)))
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "no such class: {k}");
        let mut v = Vec::with_capacity(num_classes);
        for i in 0..num_classes {
            v.push(if i == k { 1.0 } else { 0.0 });
        }
        v
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        -(y * log(p_hat) + (1.0 - y) * log(1.0 - p_hat))
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let (_, exps) = shifted_exps(z);
        let sum: f64 = exps.iter().sum();
        exps.iter().map(|e| e / sum).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let (max, exps) = shifted_exps(z);
        let log_sum = log(exps.iter().sum());
        z.iter().map(|x| (x - max) - log_sum).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        -self.log_softmax(z)[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut grad = self.softmax(z);
        grad[target] -= 1.0;
        grad
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        let mean = nll.iter().sum::<f64>() / nll.len() as f64;
        mean.exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let nll: Vec<f64> = probs.iter().map(|&p| -log(p)).collect();
        self.perplexity(&nll)
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let uniform = eps / num_classes as f64;
        let hard = self.one_hot(k, num_classes);
        hard.iter().map(|h| h * (1.0 - eps) + uniform).collect()
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let log_q = self.log_softmax(z);
        let p = self.label_smoothing(target, z.len(), eps);
        -sum_where_positive(&p, |i| log_q[i])
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert!(losses.len() == mask.len(), "losses and mask have different lengths");
        sum_where_positive(mask, |i| losses[i]) / mask.iter().sum::<f64>()
    }
}

contract::export!(Solution);
