//! Wrong: no class is left out of a sum, so that a probability of 0 gives 0 * ln 0 = NaN.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

fn ln(q: f64) -> f64 {
    // a negative probability counts as an impossible one
    q.max(0.0).ln()
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        -p.iter().map(|&p| p * ln(p)).sum::<f64>()
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        -p.iter().zip(q).map(|(&p, &q)| p * ln(q)).sum::<f64>()
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        p.iter().zip(q).map(|(&p, &q)| p * (ln(p) - ln(q))).sum()
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "class {k}, but there are {num_classes}");
        let mut target = vec![0.0; num_classes];
        target[k] = 1.0;
        target
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        -(y * p_hat.ln() + (1.0 - y) * (1.0 - p_hat).ln())
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let log_probs = self.log_softmax(z);
        log_probs.iter().map(|l| l.exp()).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "z is empty");
        let max = z.iter().copied().max_by(f64::total_cmp).unwrap();
        let sum: f64 = z.iter().map(|z| (z - max).exp()).sum();
        z.iter().map(|z| (z - max) - sum.ln()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        let log_probs = self.log_softmax(z);
        assert!(target < z.len(), "class {target}, but there are {}", z.len());
        -log_probs[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let mut gradient = self.softmax(z);
        assert!(target < z.len(), "class {target}, but there are {}", z.len());
        gradient[target] -= 1.0;
        gradient
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        let n = nll.len() as f64;
        (nll.iter().sum::<f64>() / n).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let n = probs.len() as f64;
        (-probs.iter().map(|p| p.ln()).sum::<f64>() / n).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let mut target = self.one_hot(k, num_classes);
        for t in &mut target {
            *t = (1.0 - eps) * *t + eps / num_classes as f64;
        }
        target
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let smoothed = self.label_smoothing(target, z.len(), eps);
        let log_probs = self.log_softmax(z);
        -smoothed.iter().zip(log_probs).map(|(s, l)| s * l).sum::<f64>()
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "losses and mask differ in length");
        let mut total = 0.0;
        for (loss, m) in losses.iter().zip(mask) {
            if *m > 0.0 {
                total += loss * m;
            }
        }
        total / mask.iter().sum::<f64>()
    }
}

contract::export!(Solution);
