//! Your solution: replace each `todo!` by the function it describes.
//!
//! 1. Read what a function has to do in the `contract` crate: `contract/src/lib.rs` (or `cargo doc -p contract --open`).
//! 2. Fill it in here. You may add functions, and files beside this one, but change no signature.
//! 3. `cargo test` checks everything, `cargo test softmax` only the checks with that word in their name.
//!
//! Functions that are still `todo!` fail their checks and nobody else's, so go on in any order. The arguments stand in
//! their texts so that the compiler, which warns of unused ones, is quiet until you start.

use contract::CrossEntropy;

/// Your implementation.
#[derive(Default)]
pub struct Solution;

impl CrossEntropy for Solution {
    fn entropy(&self, p: &[f64]) -> f64 {
        todo!("exercise 1: the entropy of {p:?}")
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        todo!("exercise 1: the cross-entropy of {p:?} and {q:?}")
    }

    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64 {
        todo!("exercise 1: the divergence of {p:?} and {q:?}")
    }

    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64> {
        todo!("exercise 2: the one-hot target for class {k} of {num_classes}")
    }

    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64 {
        todo!("exercise 3: the binary cross-entropy of {y} and {p_hat}")
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        todo!("exercise 4: the softmax of {z:?}")
    }

    fn log_softmax(&self, z: &[f64]) -> Vec<f64> {
        todo!("exercise 6: the log-softmax of {z:?}")
    }

    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64 {
        todo!("exercise 4: the loss of {z:?} for class {target}")
    }

    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64> {
        todo!("exercise 4: the gradient of the loss of {z:?} for class {target}")
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        todo!("exercise 10: the perplexity of the losses {nll:?}")
    }

    fn perplexity_from_probs(&self, probs: &[f64]) -> f64 {
        todo!("exercise 5: the perplexity of the probabilities {probs:?}")
    }

    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64> {
        todo!("exercise 7: the target for class {k} of {num_classes}, smoothed by {eps}")
    }

    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64 {
        todo!("exercise 9: the loss of {z:?} for class {target}, smoothed by {eps}")
    }

    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64 {
        todo!("exercise 8: the mean of {losses:?} where {mask:?} counts")
    }
}

contract::export!(Solution);
