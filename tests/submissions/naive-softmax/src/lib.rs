//! Wrong: the softmax subtracts no maximum, so it is NaN beyond logits of 709 and so is all that starts from it.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        self.cross_entropy(p, p)
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q must have one entry per class each");
        p.iter()
            .zip(q)
            .filter(|(p, _)| **p > 0.0)
            .map(|(p, q)| if *q <= 0.0 { f64::INFINITY } else { -p * q.ln() })
            .sum()
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        // by the identity of exercise 1
        self.cross_entropy(p, q) - self.entropy(p)
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "k must be smaller than the number of classes");
        (0..num_classes).map(|i| if i == k { 1.0 } else { 0.0 }).collect()
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        -y * p_hat.ln() - (1.0 - y) * (1.0 - p_hat).ln()
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        assert!(!z.is_empty(), "at least one logit please");
        let exps: Vec<f64> = z.iter().map(|z| z.exp()).collect();
        let total: f64 = exps.iter().sum();
        exps.iter().map(|e| e / total).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        self.softmax(z).iter().map(|p| p.ln()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        -self.log_softmax(z)[target]
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        let y = self.one_hot(target, z.len());
        self.softmax(z).iter().zip(y).map(|(p, y)| p - y).collect()
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (nll.iter().sum::<f64>() / nll.len() as f64).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let nll: Vec<_> = probs.iter().map(|p| -p.ln()).collect();
        self.perplexity(&nll)
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        self.one_hot(k, num_classes)
            .into_iter()
            .map(|y| (1.0 - eps) * y + eps / num_classes as f64)
            .collect()
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        self.cross_entropy(&self.label_smoothing(target, z.len(), eps), &self.softmax(z))
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert_eq!(losses.len(), mask.len(), "there must be one mask entry per loss");
        let kept = losses.iter().zip(mask).filter(|(_, m)| **m != 0.0);
        kept.map(|(l, m)| l * m).sum::<f64>() / mask.iter().sum::<f64>()
    }
}

contract::export!(Solution);
