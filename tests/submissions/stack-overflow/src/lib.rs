//! Wrong: the recursion in `entropy` has no base case and overflows the stack. The other functions are right, recursive
//! where that is possible at all.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

/// H of p from index i on
fn entropy_from(p: &[f64], i: usize) -> f64 {
    let term = match p.get(i) {
        Some(&x) if x > 0.0 => -x * x.ln(),
        Some(_) => 0.0,
        None => 0.0, // nothing more to add
    };
    term + entropy_from(p, i + 1)
}

fn cross_entropy_rec(p: &[f64], q: &[f64]) -> f64 {
    match (p, q) {
        ([], []) => 0.0,
        ([x, p @ ..], [y, q @ ..]) => {
            let term = if *x <= 0.0 {
                0.0
            } else if *y <= 0.0 {
                f64::INFINITY
            } else {
                -x * y.ln()
            };
            term + cross_entropy_rec(p, q)
        }
        _ => panic!("p and q must be of the same length"),
    }
}

fn max(z: &[f64]) -> f64 {
    match z {
        [] => panic!("z must not be empty"),
        [x] => *x,
        [x, rest @ ..] => x.max(max(rest)),
    }
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        entropy_from(p, 0)
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        cross_entropy_rec(p, q)
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        cross_entropy_rec(p, q) - cross_entropy_rec(p, p)
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        assert!(k < num_classes, "k = {k} is not below {num_classes}");
        let mut y = vec![0.0; num_classes];
        y[k] = 1.0;
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        let p_hat = p_hat.clamp(1e-12, 1.0 - 1e-12);
        cross_entropy_rec(&[y, 1.0 - y], &[p_hat, 1.0 - p_hat])
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let m = max(z);
        let e: Vec<f64> = z.iter().map(|x| (x - m).exp()).collect();
        let s: f64 = e.iter().sum();
        e.into_iter().map(|x| x / s).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let m = max(z);
        let s: f64 = z.iter().map(|x| (x - m).exp()).sum();
        z.iter().map(|x| x - m - s.ln()).collect()
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
        mean(nll).exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        let log_probs: Vec<f64> = probs.iter().map(|p| p.ln()).collect();
        (-mean(&log_probs)).exp()
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        let mut y = self.one_hot(k, num_classes);
        for v in y.iter_mut() {
            *v = *v * (1.0 - eps) + eps / num_classes as f64;
        }
        y
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        let y = self.label_smoothing(target, z.len(), eps);
        let log_q = self.log_softmax(z);
        let terms = y.iter().zip(&log_q).filter(|(y, _)| **y != 0.0);
        -terms.map(|(y, l)| y * l).sum::<f64>()
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        assert!(losses.len() == mask.len(), "one mask entry per loss, please");
        let kept = losses.iter().zip(mask).filter(|(_, m)| **m != 0.0);
        kept.map(|(l, m)| l * m).sum::<f64>() / mask.iter().sum::<f64>()
    }
}

contract::export!(Solution);
