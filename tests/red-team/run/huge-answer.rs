//! Answers with more entries than any answer has.

pub fn attack() -> f64 {
    0.0
}

/// Called in place of an honest softmax.
pub fn many() -> Vec<f64> {
    vec![0.5; 20_000_000]
}
