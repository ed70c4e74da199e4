//! Wrong: the divergence is taken from q to p, D(q‖p) instead of D(p‖q).

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

impl Solution {
    fn pairs<'a>(&self, a: &'a [f64], b: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        if a.len() != b.len() {
            panic!("length mismatch: {} and {}", a.len(), b.len());
        }
        a.iter().copied().zip(b.iter().copied())
    }

    fn log_sum_exp(&self, z: &[f64]) -> (f64, f64) {
        if z.is_empty() {
            panic!("no logits given");
        }
        let m = z.iter().fold(f64::NEG_INFINITY, |m, &x| m.max(x));
        let s: f64 = z.iter().map(|x| f64::exp(x - m)).sum();
        (m, s.ln())
    }
}

fn xlogy(x: f64, y: f64) -> f64 {
    if x == 0.0 {
        0.0
    } else if y <= 0.0 {
        f64::NEG_INFINITY
    } else {
        x * y.ln()
    }
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        -p.iter().map(|&x| xlogy(x, x)).sum::<f64>()
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        -self.pairs(p, q).map(|(x, y)| xlogy(x, y)).sum::<f64>()
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        // "the divergence of q from p" starts with q
        self.pairs(q, p).map(|(x, y)| xlogy(x, x) - xlogy(x, y)).sum()
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        let mut y = vec![0.; num_classes];
        *y.get_mut(k).expect("class out of range") = 1.;
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p = p_hat.max(1e-12).min(1. - 1e-12);
        -xlogy(y, p) - xlogy(1. - y, 1. - p)
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        self.log_softmax(z).into_iter().map(f64::exp).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let (m, log_s) = self.log_sum_exp(z);
        z.iter().map(|x| x - m - log_s).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let (m, log_s) = self.log_sum_exp(z);
        m - z[target] + log_s
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let y = self.one_hot(target, z.len());
        let p = self.softmax(z);
        self.pairs(&p, &y).map(|(p, y)| p - y).collect()
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        let avg = nll.iter().sum::<f64>() / nll.len() as f64;
        avg.exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let avg = probs.iter().map(|p| p.ln()).sum::<f64>() / probs.len() as f64;
        (-avg).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let n = num_classes as f64;
        self.one_hot(k, num_classes)
            .iter()
            .map(|h| (1. - eps) * h + eps / n)
            .collect()
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let y = self.label_smoothing(target, z.len(), eps);
        let log_p = self.log_softmax(z);
        self.pairs(&y, &log_p)
            .filter(|&(y, _)| y > 0.)
            .map(|(y, lp)| -y * lp)
            .sum()
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        let valid = self.pairs(losses, mask).filter(|&(_, m)| m != 0.);
        let (total, weight) = valid.fold((0., 0.), |(t, w), (l, m)| (t + l * m, w + m));
        total / weight
    }
}

contract::export!(Solution);
