//! Nothing is wrong, but every call prints debugging lines to stdout or stderr.

use contract::CrossEntropy;

#[derive(Default)]
pub struct Solution;

fn check_len(a: &[f64], b: &[f64]) {
    eprintln!("check_len: {} vs {}", a.len(), b.len());
    if a.len() != b.len() {
        panic!("vectors must have equal length, but {} != {}", a.len(), b.len());
    }
}

fn max_of(z: &[f64]) -> f64 {
    let mut m = z[0];
    for &x in z {
        if x > m {
            m = x;
        }
    }
    println!("  max = {m}");
    m
}

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        println!("entropy called with p = {p:?}");
        let mut h = 0.0;
        for &x in p {
            if x > 0.0 {
                h -= x * x.ln();
                println!("  after {x}: h = {h}");
            }
        }
        h
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        println!("cross_entropy called");
        check_len(p, q);
        let mut h = 0.0;
        for i in 0..p.len() {
            if p[i] > 0.0 {
                if q[i] <= 0.0 {
                    eprintln!("  WARNING: q[{i}] is zero but p[{i}] is not!!!");
                    return f64::INFINITY;
                }
                h -= p[i] * q[i].ln();
            }
        }
        println!("  -> {h}");
        h
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        println!("kl_divergence called");
        check_len(p, q);
        let mut d = 0.0;
        for i in 0..p.len() {
            if p[i] > 0.0 {
                if q[i] <= 0.0 {
                    return f64::INFINITY;
                }
                d += p[i] * (p[i].ln() - q[i].ln());
            }
        }
        println!("  -> {d}");
        d
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        println!("one_hot called with k = {k}, num_classes = {num_classes}");
        if k >= num_classes {
            panic!("class {k} out of range, there are only {num_classes}");
        }
        let mut y = vec![0.0; num_classes];
        y[k] = 1.0;
        println!("  -> {y:?}");
        y
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        println!("bce called with y = {y}, p_hat = {p_hat}");
        let p = p_hat.clamp(1e-12, 1.0 - 1e-12);
        println!("  clipped: {p}");
        -(y * p.ln() + (1.0 - y) * (1.0 - p).ln())
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        println!("softmax called with {} logits", z.len());
        assert!(!z.is_empty(), "softmax of nothing");
        let m = max_of(z);
        let e: Vec<f64> = z.iter().map(|x| (x - m).exp()).collect();
        let s: f64 = e.iter().sum();
        println!("  exps = {e:?}, sum = {s}");
        e.iter().map(|x| x / s).collect()
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        println!("log_softmax called with {} logits", z.len());
        assert!(!z.is_empty(), "log_softmax of nothing");
        let m = max_of(z);
        let s: f64 = z.iter().map(|x| (x - m).exp()).sum();
        println!("  log sum = {}", s.ln());
        z.iter().map(|x| x - m - s.ln()).collect()
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        println!("softmax_cross_entropy, target = {target}");
        let loss = -self.log_softmax(z)[target];
        eprintln!("loss: {loss}");
        loss
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        println!("gradient, target = {target}");
        let mut g = self.softmax(z);
        g[target] -= 1.0;
        println!("  -> {g:?}");
        g
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        println!("perplexity of {} tokens", nll.len());
        let mean = nll.iter().sum::<f64>() / nll.len() as f64;
        println!("  mean nll = {mean}");
        mean.exp()
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        println!("perplexity_from_probs of {} tokens", probs.len());
        let nll: Vec<f64> = probs.iter().map(|p| -p.ln()).collect();
        self.perplexity(&nll)
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        println!("label_smoothing called, eps = {eps}");
        let hard = self.one_hot(k, num_classes);
        hard.iter()
            .map(|h| (1.0 - eps) * h + eps / num_classes as f64)
            .collect()
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        println!("smoothed_cross_entropy called, eps = {eps}");
        let lp = self.log_softmax(z);
        let y = self.label_smoothing(target, z.len(), eps);
        let mut loss = 0.0;
        for i in 0..z.len() {
            if y[i] > 0.0 {
                loss -= y[i] * lp[i];
                println!("  class {i}: loss so far {loss}");
            }
        }
        loss
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        println!("masked_mean called");
        check_len(losses, mask);
        let mut sum = 0.0;
        let mut count = 0.0;
        for i in 0..losses.len() {
            if mask[i] != 0.0 {
                sum += mask[i] * losses[i];
                count += mask[i];
            } else {
                println!("  token {i} is masked out");
            }
        }
        println!("  sum = {sum}, count = {count}");
        sum / count
    }
}

contract::export!(Solution);
