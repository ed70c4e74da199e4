//! The logarithm of a sum of exponentials, in one pass.

/// Stands for `max + ln(sum)`.
pub struct LogSumExp {
    pub max: f64,
    /// Sum of `exp(z - max)`.
    pub sum: f64,
}

impl LogSumExp {
    /// Whenever a larger logit turns up, the sum so far is scaled down to it.
    pub fn of(z: &[f64]) -> Self {
        assert!(!z.is_empty(), "no logits");
        let mut lse = LogSumExp { max: f64::NEG_INFINITY, sum: 0.0 };
        for &zi in z {
            if zi > lse.max {
                lse.sum = lse.sum * (lse.max - zi).exp() + 1.0;
                lse.max = zi;
            } else if zi > f64::NEG_INFINITY {
                lse.sum += (zi - lse.max).exp();
            }
        }
        lse
    }

    /// How far the log-sum-exp lies above a logit.
    pub fn above(&self, zi: f64) -> f64 {
        (self.max - zi) + self.sum.ln()
    }
}
