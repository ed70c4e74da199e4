//! Tolerances that no right solution can keep, or that any wrong one does.

use grader_engine::Tolerance;

use super::{Finding, of_check};
use crate::assignment::Assignment;

/// The relative rounding error of a few operations: what two right solutions differ by.
const FEW_ROUNDINGS: f64 = 8.0 * f64::EPSILON;

/// A relative difference that a person sees at once.
const LARGE: f64 = 0.05;

pub(super) fn findings(assignment: &Assignment) -> Vec<Finding> {
    let checks = assignment.plan.checks.iter().enumerate();
    let finding =
        |(index, check): (usize, &grader_engine::Check)| Some(of_check(assignment, index, said(check.tolerance)?));
    checks.filter_map(finding).collect()
}

fn said(tolerance: Tolerance) -> Option<String> {
    let Tolerance { rel, abs, .. } = tolerance;
    let exact = rel == 0.0 && abs == 0.0;
    if !exact && rel < FEW_ROUNDINGS && abs < FEW_ROUNDINGS {
        Some(format!(
            "a tolerance of {rel:e} relative and {abs:e} absolute is less than rounding makes of another order of the same \
             sum; use at least {FEW_ROUNDINGS:.1e}, or 0 where only the same bits will do"
        ))
    } else if rel > LARGE {
        Some(format!(
            "a relative tolerance of {rel} lets answers through that differ by {} %",
            rel * 100.0
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_for_rounding_and_for_nothing_else() {
        for (rel, abs, want) in [
            (1e-9, 1e-12, None),
            (0.0, 0.0, None),
            (1e-17, 0.0, Some("less than rounding")),
            (0.0, 1e-16, Some("less than rounding")),
            (0.0, 1e-9, None),
            (0.2, 0.0, Some("differ by 20 %")),
        ] {
            let said = said(Tolerance {
                rel,
                abs,
                nan_equal: false,
            });
            match want {
                Some(want) => assert!(said.as_ref().is_some_and(|said| said.contains(want)), "{said:?}"),
                None => assert_eq!(said, None),
            }
        }
    }
}
