//! Verdicts -> points. The one scoring function: every output takes its numbers from here.
//!
//! Points are whole hundredths, so that sums are exact. An exercise's points are shared by weight with largest remainders,
//! ties in spec order.

#![warn(clippy::wildcard_enum_match_arm)]

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::outcome::Outcome;
use crate::plan::{Plan, Visibility};
use crate::verdict::{Judged, Verdict};

/// Points in whole hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Points(u32);

/// Points earned of points possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Score {
    /// Earned, bonus included.
    pub earned: Points,
    /// Possible, bonus aside.
    pub possible: Points,
}

/// A submission's verdicts and what they are worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// In the order of the plan's checks.
    pub checks: Vec<(Judged, Score)>,
    /// In the order of the plan's exercises.
    pub exercises: Vec<Score>,
    /// All together.
    pub total: Score,
}

impl Scored {
    /// Whether something of it could not be graded; then the total means nothing.
    #[must_use]
    pub fn is_not_graded(&self) -> bool {
        self.checks.iter().any(|(judged, _)| judged.verdict.is_not_graded())
    }
}

/// Settles what depends on other checks, and scores.
///
/// Takes one verdict per check of the plan, in its order.
///
/// # Panics
/// When there are fewer or more.
#[must_use]
pub fn score(plan: &Plan, judged: Vec<Judged>) -> Scored {
    assert_eq!(judged.len(), plan.checks.len(), "one verdict per check");
    let judged = settle(plan, judged);
    let checks: Vec<(Judged, Score)> = judged
        .into_iter()
        .zip(&plan.checks)
        .map(|(judged, check)| {
            let earned = if judged.verdict.is_pass() {
                check.points
            } else {
                Points::default()
            };
            (
                judged,
                Score {
                    earned,
                    possible: check.points,
                },
            )
        })
        .collect();
    let exercises: Vec<Score> = (0..plan.exercises.len())
        .map(|exercise| exercise_score(plan, exercise, &checks))
        .collect();
    let total = Score {
        earned: exercises.iter().map(|score| score.earned).sum(),
        possible: plan
            .exercises
            .iter()
            .filter(|exercise| !exercise.bonus)
            .map(|exercise| exercise.points)
            .sum(),
    };
    Scored {
        checks,
        exercises,
        total,
    }
}

fn exercise_score(plan: &Plan, index: usize, checks: &[(Judged, Score)]) -> Score {
    let exercise = &plan.exercises[index];
    let scores: Vec<Score> = plan.checks_of(index).into_iter().map(|check| checks[check].1).collect();
    let sum: Points = scores.iter().map(|score| score.earned).sum();
    let lost = exercise.all_or_nothing && sum != exercise.points;
    Score {
        earned: if lost { Points::default() } else { sum },
        possible: exercise.points,
    }
}

/// A check whose prerequisites did not pass is skipped, and so is what builds on it. A verdict changes from a pass at most
/// once, so this ends.
fn settle(plan: &Plan, mut judged: Vec<Judged>) -> Vec<Judged> {
    let mut settled = false;
    while !settled {
        settled = true;
        for index in 0..judged.len() {
            if let Some(verdict) = unmet(plan, index, &judged) {
                judged[index].verdict = verdict;
                settled = false;
            }
        }
    }
    judged
}

fn unmet(plan: &Plan, index: usize, judged: &[Judged]) -> Option<Verdict> {
    let check = &plan.checks[index];
    match &judged[index].verdict {
        Verdict::NotGraded { .. } | Verdict::Skipped { .. } => return None,
        // What is not written yet is told so, whatever else is missing.
        Verdict::Error { outcome, .. } if *outcome == Outcome::NotImplemented => return None,
        Verdict::Pass | Verdict::Fail { .. } | Verdict::Error { .. } => {}
    }
    let required = check
        .requires
        .iter()
        .find(|required| !judged[**required].verdict.is_pass());
    if let Some(required) = required {
        let name = &plan.checks[*required].name;
        return Some(because(
            judged[*required].verdict.is_not_graded(),
            format!("“{name}” has to pass first"),
        ));
    }
    let beside_passes = check.beside.is_empty() || check.beside.iter().any(|beside| judged[*beside].verdict.is_pass());
    if beside_passes || !judged[index].verdict.is_pass() {
        return None;
    }
    let not_graded = check
        .beside
        .iter()
        .any(|beside| judged[*beside].verdict.is_not_graded());
    Some(because(
        not_graded,
        "it counts only once a check of the function's values passes".to_owned(),
    ))
}

fn because(not_graded: bool, why: String) -> Verdict {
    if not_graded {
        Verdict::NotGraded { why }
    } else {
        Verdict::Skipped { why }
    }
}

/// The score of an exercise's hidden checks, and how many there are: all that students see of them.
#[must_use]
pub(crate) fn hidden_score(plan: &Plan, exercise: usize, scored: &Scored) -> (usize, Score) {
    let hidden = plan
        .checks_of(exercise)
        .into_iter()
        .filter(|check| plan.checks[*check].visibility == Visibility::Hidden);
    hidden.fold((0, Score::default()), |(count, sum), check| {
        let score = scored.checks[check].1;
        (
            count + 1,
            Score {
                earned: sum.earned + score.earned,
                possible: sum.possible + score.possible,
            },
        )
    })
}

/// Shares points by weight: whole hundredths, the largest remainders first, ties in order. Without any weight nobody gets
/// anything.
#[cfg(feature = "spec")]
#[must_use]
pub(crate) fn share(points: Points, weights: &[u32]) -> Vec<Points> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    if total == 0 {
        return vec![Points::default(); weights.len()];
    }
    let exact: Vec<u64> = weights
        .iter()
        .map(|weight| u64::from(points.0) * u64::from(*weight))
        .collect();
    let mut shares: Vec<u64> = exact.iter().map(|exact| exact / total).collect();
    let left = u64::from(points.0) - shares.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(exact[*index] % total));
    order
        .into_iter()
        .take(usize::try_from(left).unwrap_or(usize::MAX))
        .for_each(|index| shares[index] += 1);
    shares
        .into_iter()
        .map(|share| Points(u32::try_from(share).unwrap_or(u32::MAX)))
        .collect()
}

impl Points {
    /// The most points an exercise can have.
    pub const MAX: Self = Self(10_000_000);

    /// This many hundredths.
    #[must_use]
    pub const fn hundredths(hundredths: u32) -> Self {
        Self(hundredths)
    }

    /// The hundredths.
    #[must_use]
    pub const fn in_hundredths(self) -> u32 {
        self.0
    }

    /// As a number of points.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// The points that a number is, if it is whole hundredths within bounds.
    #[must_use]
    pub fn from_f64(points: f64) -> Option<Self> {
        let hundredths = (points * 100.0).round();
        let exact = (0.0..=f64::from(Self::MAX.0)).contains(&hundredths) && (hundredths / 100.0 - points).abs() < 1e-9;
        exact.then_some(Self(hundredths as u32))
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::default(), Self::add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match (self.0 / 100, self.0 % 100) {
            (whole, 0) => whole.to_string(),
            (whole, part) if part % 10 == 0 => format!("{whole}.{}", part / 10),
            (whole, part) => format!("{whole}.{part:02}"),
        })
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.earned, self.possible)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u32(self.0 / 100)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(PointsVisitor)
    }
}

/// Refuses inside the visitor, where the deserializer still knows the place.
struct PointsVisitor;

impl Visitor<'_> for PointsVisitor {
    type Value = Points;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "points: whole hundredths from 0 to {}", Points::MAX)
    }

    fn visit_f64<E: Error>(self, points: f64) -> Result<Points, E> {
        Points::from_f64(points).ok_or_else(|| E::invalid_value(Unexpected::Float(points), &self))
    }

    fn visit_u64<E: Error>(self, points: u64) -> Result<Points, E> {
        self.visit_f64(points as f64)
    }

    fn visit_i64<E: Error>(self, points: i64) -> Result<Points, E> {
        self.visit_f64(points as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "spec")]
    #[test]
    fn shares_add_up_and_remainders_go_to_the_largest_in_order() {
        for (points, weights, want) in [
            (1000, vec![1, 1, 1], vec![334, 333, 333]),
            (1000, vec![2, 1], vec![667, 333]),
            (1, vec![1, 1], vec![1, 0]),
            (100, vec![0, 5], vec![0, 100]),
            (100, vec![0, 0], vec![0, 0]),
            (700, vec![1, 2, 4], vec![100, 200, 400]),
            (0, vec![3], vec![0]),
        ] {
            let shares = share(Points(points), &weights);
            assert_eq!(
                shares,
                want.into_iter().map(Points).collect::<Vec<_>>(),
                "{points} {weights:?}"
            );
        }
    }

    #[test]
    fn points_are_whole_hundredths_and_print_without_needless_zeros() {
        for (points, want) in [
            (10.0, Some("10")),
            (2.5, Some("2.5")),
            (3.33, Some("3.33")),
            (0.07, Some("0.07")),
            (0.001, None),
            (-1.0, None),
            (f64::NAN, None),
            (1e9, None),
        ] {
            assert_eq!(
                Points::from_f64(points).map(|points| points.to_string()).as_deref(),
                want,
                "{points}"
            );
        }
    }
}
