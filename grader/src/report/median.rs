//! The middle of a class.

/// The middle number, or what is between the two in the middle.
pub(super) fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        for (shares, want) in [
            (&[][..], None),
            (&[0.3], Some(0.3)),
            (&[1.0, 0.0], Some(0.5)),
            (&[1.0, 0.2, 0.1], Some(0.2)),
        ] {
            assert_eq!(median(shares), want);
        }
    }
}
