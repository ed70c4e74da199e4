//! The model solution.
//!
//! Three habits make it right where the formulas as written fail. Logarithms are subtracted, not numbers
//! divided, since a quotient of probabilities can overflow. A weight of 0 leaves a term out instead of
//! multiplying it, since `0 * inf` is NaN. And whatever starts from logits goes through
//! [`log_softmax`](CrossEntropy::log_softmax), since a probability that has rounded to 0 or to 1 has lost its
//! logarithm.
//!
//! The sums are plain: over 1,000 classes their rounding error is at most about `1e-13` of the sum of the
//! terms' sizes.

use contract::CrossEntropy;

/// The model solution; it has no state.
#[derive(Debug, Default)]
pub struct Solution;

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        expectation(p, |i| -p[i].ln())
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_same_length("p", p, "q", q);
        expectation(p, |i| -log_probability(q[i]))
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_same_length("p", p, "q", q);
        expectation(p, |i| p[i].ln() - log_probability(q[i]))
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert_class(k, num_classes);
        let mut target = vec![0.0; num_classes];
        target[k] = 1.0;
        target
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        // `ln_1p(-p_hat)` is `ln(1 - p_hat)` without the rounding of `1 - p_hat`.
        -(y * p_hat.ln() + (1.0 - y) * (-p_hat).ln_1p())
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let (_, largest) = largest(z);
        let exps: Vec<f64> = z.iter().map(|logit| (logit - largest).exp()).collect();
        let total = sum(exps.iter().copied());
        exps.iter().map(|exp| exp / total).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let (winner, largest) = largest(z);
        // The winner's own term is exactly 1. Kept out of the sum, it cannot swallow the small terms of the
        // others, and the loss of a confident prediction is small instead of 0.
        let others = (0..z.len()).filter(|&i| i != winner);
        let log_total = sum(others.map(|i| (z[i] - largest).exp())).ln_1p();
        z.iter().map(|logit| (logit - largest) - log_total).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let log_probabilities = self.log_softmax(z);
        assert_class(target, z.len());
        // Not `-x`, which makes -0.0 of the 0.0 of a certain prediction.
        0.0 - log_probabilities[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut gradient = self.softmax(z);
        assert_class(target, z.len());
        // `exp_m1(ln p)` is `p - 1` without the cancellation when p is close to 1.
        gradient[target] = self.log_softmax(z)[target].exp_m1();
        gradient
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (sum(nll.iter().copied()) / nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let nll: Vec<f64> = probs.iter().map(|&prob| -log_probability(prob)).collect();
        self.perplexity(&nll)
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let share = eps / num_classes as f64;
        let hard = self.one_hot(k, num_classes);
        hard.iter().map(|one| (1.0 - eps) * one + share).collect()
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let log_probabilities = self.log_softmax(z);
        let smoothed = self.label_smoothing(target, z.len(), eps);
        expectation(&smoothed, |i| -log_probabilities[i])
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_same_length("losses", losses, "mask", mask);
        expectation(mask, |i| losses[i]) / sum(mask.iter().copied())
    }
}

contract::export!(Solution);

/// `Σ weights_i value(i)`, where a weight of 0 leaves its term out, be it infinite or NaN.
fn expectation(weights: &[f64], value: impl Fn(usize) -> f64) -> f64 {
    let counted = (0..weights.len()).filter(|&i| weights[i] != 0.0);
    sum(counted.map(|i| weights[i] * value(i)))
}

/// The sum, from 0.0 on. `Iterator::sum` starts from -0.0, and the entropy of a certain outcome would be
/// -0.0.
fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    terms.fold(0.0, |sum, term| sum + term)
}

/// `ln q`, and `-inf` for all that is not above 0; a NaN stays one.
fn log_probability(q: f64) -> f64 {
    if q <= 0.0 { f64::NEG_INFINITY } else { q.ln() }
}

/// The largest logit and its place, the first one of several. A NaN is never the largest.
fn largest(z: &[f64]) -> (usize, f64) {
    assert!(!z.is_empty(), "there must be at least one logit, got none");
    let later_if_larger = |best: (usize, f64), next: (usize, f64)| if next.1 > best.1 { next } else { best };
    let logits = z.iter().copied().enumerate();
    logits.fold((0, f64::NEG_INFINITY), later_if_larger)
}

fn assert_same_length(a: &str, a_values: &[f64], b: &str, b_values: &[f64]) {
    let (a_length, b_length) = (a_values.len(), b_values.len());
    assert!(
        a_length == b_length,
        "{a} and {b} must have the same length, got {a_length} and {b_length}"
    );
}

fn assert_class(k: usize, num_classes: usize) {
    assert!(k < num_classes, "there is no class {k} among {num_classes}");
}
