//! name: Debugging lines from every function
//! why: What a function prints is not what it returns.

use contract::{CrossEntropy, Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        println!("entropy of {p:?}");
        self.0.entropy(p)
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        eprintln!("cross-entropy of {p:?} and {q:?}");
        self.0.cross_entropy(p, q)
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        let target = self.0.one_hot(k, num_classes);
        println!("{}", "100 of 100 points\n".repeat(3));
        target
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        let log_probabilities = self.0.log_softmax(z);
        for (logit, log_probability) in z.iter().zip(&log_probabilities) {
            println!("{logit} -> {log_probability}");
        }
        log_probabilities
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        let mean = self.0.masked_mean(losses, mask);
        print!("mean {mean}, and no end of line");
        mean
    }
}

contract::export!(Patched<Variant>);
