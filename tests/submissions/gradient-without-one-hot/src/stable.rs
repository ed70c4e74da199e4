//! Numerically stable helpers.

pub fn same_length(a: &[f64], b: &[f64]) {
    assert!(a.len() == b.len(), "expected equal lengths, got {} and {}", a.len(), b.len());
}

/// log softmax(z), lazily
pub fn log_probabilities(z: &[f64]) -> impl Iterator<Item = f64> + '_ {
    let max = z.iter().copied().reduce(f64::max).expect("empty logits");
    let log_sum = z.iter().map(|z| (z - max).exp()).sum::<f64>().ln();
    z.iter().map(move |z| (z - max) - log_sum)
}
