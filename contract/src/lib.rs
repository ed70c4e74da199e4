//! Cross-entropy: the functions of this assignment.
//!
//! You implement [`CrossEntropy`]. Its functions follow the ten exercises of the *Cross-Entropy* notebook of
//! *Math for LLMs*; each says which exercise it serves, its formula, and what it does at the edges.
//!
//! What holds for all of them:
//!
//! - **Units**: all logarithms are natural, so every entropy, divergence and loss is in *nats*.
//! - **Distributions** (`p`, `q`): one probability per class, none negative, none NaN. Whether they sum to 1
//!   is not checked: the formula is applied to the numbers as they are.
//! - **Logits** (`z`): one number per class, at least one class, any sum. Each is at most `1e307` in size, so
//!   that their differences do not overflow. `-inf` rules its class out (probability 0, log-probability
//!   `-inf`), as long as another logit is finite.
//! - **Classes** (`k`, `target`) count from 0.
//! - **Panics**: two slices of different lengths, a class that does not exist and empty logits are mistakes
//!   of the caller, and the function panics with a message that names them. Nothing else panics.
//! - What is excluded here, such as a negative probability or a `+inf` among the logits, may give anything.

/// Cross-entropy and its relatives, on vectors of `f64`.
#[grader_abi::contract]
pub trait CrossEntropy {
    /// Exercise 1. The Shannon entropy of a distribution, in nats: `H(p) = -Σ p_i ln p_i`.
    ///
    /// A class with `p_i = 0` contributes nothing, since `x ln x` tends to 0. Without any class the entropy
    /// is 0.
    ///
    /// Source: Shannon (1948), *A Mathematical Theory of Communication*, §6.
    fn entropy(&self, p: &[f64]) -> f64;

    /// Exercises 1 and 2. The cross-entropy of truth `p` and model `q`, in nats: `H(p, q) = -Σ p_i ln q_i`.
    ///
    /// A class with `p_i = 0` contributes nothing, whatever `q_i` is. A class with `p_i > 0` and `q_i <= 0`
    /// makes it `+inf`: the model rules out what happens. Without any class it is 0.
    ///
    /// Panics when `p` and `q` differ in length.
    ///
    /// Source: Goodfellow, Bengio & Courville (2016), *Deep Learning*, §3.13.
    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64;

    /// Exercise 1. The Kullback-Leibler divergence, in nats: `D(p‖q) = Σ p_i (ln p_i - ln q_i)`.
    ///
    /// A class with `p_i = 0` contributes nothing, whatever `q_i` is. A class with `p_i > 0` and `q_i <= 0`
    /// makes it `+inf`. Without any class it is 0. It is not symmetric. As a formula `ln p_i - ln q_i` and
    /// `ln(p_i / q_i)` are the same, but as `f64` the quotient can overflow: `D([1, 0]‖[1e-310, 1])` is
    /// 713.8, not infinite.
    ///
    /// Panics when `p` and `q` differ in length.
    ///
    /// Source: Kullback & Leibler (1951), *On Information and Sufficiency*.
    fn kl_divergence(&self, p: &[f64], q: &[f64]) -> f64;

    /// Exercise 2. The distribution that is certain of class `k`: `num_classes` zeros, but 1 in place `k`.
    ///
    /// The cross-entropy of this truth and a model `q` is `-ln q_k`.
    ///
    /// Panics when `k >= num_classes`.
    ///
    /// Source: Bishop (2006), *Pattern Recognition and Machine Learning*, §2.2 (there "1-of-K").
    fn one_hot(&self, k: usize, num_classes: usize) -> Vec<f64>;

    /// Exercise 3. The negative Bernoulli log-likelihood, in nats:
    /// `-[y ln p_hat + (1 - y) ln(1 - p_hat)]`.
    ///
    /// `y` is the label, 0 or 1, or a soft one between. `p_hat`, the predicted probability of 1, is first
    /// clipped to `[1e-12, 1 - 1e-12]`, so that the loss is always finite.
    ///
    /// Source: Bishop (2006), §4.3.2.
    fn binary_cross_entropy(&self, y: f64, p_hat: f64) -> f64;

    /// Exercises 4 and 6. The distribution that logits stand for: `softmax(z)_i = exp(z_i) / Σ_j exp(z_j)`,
    /// as long as `z`.
    ///
    /// Adding a number to all logits changes nothing. As `f64`, `exp` overflows beyond 709, so that the
    /// formula as it stands gives NaN at `z = [1000, 1001, 999]`; the function does not.
    ///
    /// Panics when `z` is empty.
    ///
    /// Source: Bridle (1990), *Probabilistic Interpretation of Feedforward Classification Network Outputs*.
    fn softmax(&self, z: &[f64]) -> Vec<f64>;

    /// Exercise 6. The logarithm of the softmax, in nats: `log_softmax(z)_i = z_i - ln Σ_j exp(z_j)`, as long
    /// as `z`.
    ///
    /// Finite for all finite logits, also where the softmax itself rounds to 0: `[1000, 0]` gives
    /// `[0, -1000]`.
    ///
    /// Panics when `z` is empty.
    ///
    /// Source: Blanchard, Higham & Higham (2021), *Accurately Computing the Log-Sum-Exp and Softmax
    /// Functions*.
    fn log_softmax(&self, z: &[f64]) -> Vec<f64>;

    /// Exercise 4. The loss of logits when class `target` is the true one, in nats: `-log_softmax(z)_target`.
    ///
    /// Finite for all finite logits; `+inf` when the logits rule the target out.
    ///
    /// Panics when `z` is empty or `target >= z.len()`.
    ///
    /// Source: Bishop (2006), §4.3.4.
    fn softmax_cross_entropy(&self, z: &[f64], target: usize) -> f64;

    /// Exercise 4. The gradient of [`softmax_cross_entropy`](Self::softmax_cross_entropy) with respect to the
    /// logits, as long as `z`: `softmax(z) - one_hot(target)`. Its entries sum to 0.
    ///
    /// Panics when `z` is empty or `target >= z.len()`.
    ///
    /// Source: Bishop (2006), §4.3.4.
    fn softmax_cross_entropy_gradient(&self, z: &[f64], target: usize) -> Vec<f64>;

    /// Exercise 10. The perplexity of a text from its tokens' negative log-likelihoods in nats:
    /// `exp(mean(nll))`.
    ///
    /// The number of equally likely tokens that would surprise as much; a pure number, no nats. Without any
    /// token there is no mean, and it is NaN.
    ///
    /// Source: Jelinek, Mercer, Bahl & Baker (1977), *Perplexity: a Measure of the Difficulty of Speech
    /// Recognition Tasks*.
    fn perplexity(&self, nll: &[f64]) -> f64;

    /// Exercise 5. The perplexity of a text from the probabilities that the model gave to its tokens:
    /// `exp(-mean(ln probs))`.
    ///
    /// Its logarithm is the average cross-entropy per token, in nats. A token of probability 0 makes it `+inf`.
    /// Without any token it is NaN.
    ///
    /// Source: as for [`perplexity`](Self::perplexity).
    fn perplexity_from_probs(&self, probs: &[f64]) -> f64;

    /// Exercise 7. The smoothed target for class `k`, `num_classes` long:
    /// `(1 - eps) one_hot(k) + eps / num_classes`.
    ///
    /// `eps`, between 0 and 1, is shared out among *all* classes, the true one too. 0 is the one-hot target,
    /// 1 the uniform one.
    ///
    /// Panics when `k >= num_classes`.
    ///
    /// Source: Szegedy, Vanhoucke, Ioffe, Shlens & Wojna (2016), *Rethinking the Inception Architecture for
    /// Computer Vision*, §7.
    fn label_smoothing(&self, k: usize, num_classes: usize, eps: f64) -> Vec<f64>;

    /// Exercise 9. The cross-entropy of logits under the smoothed target, in nats: `-Σ s_i log_softmax(z)_i`
    /// with `s = label_smoothing(target, z.len(), eps)`.
    ///
    /// Finite for all finite logits: `z = [1000, 0, -1000]`, `target = 0`, `eps = 0.1` gives 100. A class
    /// with `s_i = 0` contributes nothing.
    ///
    /// Panics when `z` is empty or `target >= z.len()`.
    ///
    /// Source: Müller, Kornblith & Hinton (2019), *When Does Label Smoothing Help?*
    fn smoothed_cross_entropy(&self, z: &[f64], target: usize, eps: f64) -> f64;

    /// Exercise 8. The mean of the losses that count, in nats: `Σ mask_i losses_i / Σ mask_i`.
    ///
    /// A mask of 1 counts a token, a mask of 0 leaves it out, and anything between is a weight. A token that
    /// is left out contributes nothing even if its loss is infinite or NaN. The divisor is the sum of the
    /// mask, not the number of tokens; when that sum is 0 there is no mean, and the result is NaN.
    ///
    /// Panics when `losses` and `mask` differ in length.
    ///
    /// Source: the notebook, exercise 8. It is the weighted arithmetic mean, as used for batches padded to
    /// one length.
    fn masked_mean(&self, losses: &[f64], mask: &[f64]) -> f64;
}
