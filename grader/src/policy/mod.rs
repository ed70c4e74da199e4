//! An automatic score, the assignment's policy, the instructor's word -> what counts.
//!
//! The order: bonus is cut to its cap, then what being late costs is taken off; an adjustment takes the place of all that.
//! All of it is in whole hundredths of a point. [`Book`] holds what is known beside the scores; with it, what counts can be
//! told again at any time without the assignment.
//!
//! Must never: change a score, read a clock or a file, give less than 0 points or more than the instructor says.

mod adjustment;
mod book;
mod late;

pub use adjustment::{Adjustment, AdjustmentsError, Award, adjustments};
pub use book::{Book, BookError};

use grader_engine::Points;
use grader_engine::spec::Grading;

use crate::report::{AdjustmentReport, GradeReport, ScoreReport, SubmittedReport};

/// All that what counts depends on, of one submission.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The automatic score; none when the grader failed.
    pub score: Option<ScoreReport>,
    /// Points possible, bonus aside.
    pub possible: f64,
    /// When it was handed in.
    pub submitted: Option<&'a SubmittedReport>,
    /// What the instructor says.
    pub adjustment: Option<&'a Adjustment>,
}

/// What counts; nothing when there is nothing that could make it another number than the score.
#[must_use]
pub fn grade(case: Case<'_>, grading: &Grading) -> Option<GradeReport> {
    match case.adjustment {
        Some(adjustment) => Some(adjusted(case, adjustment)),
        None if *grading == Grading::default() => None,
        None => Some(automatic(case, grading)),
    }
}

fn adjusted(case: Case<'_>, adjustment: &Adjustment) -> GradeReport {
    let now = case.score.map(|score| points(score.earned));
    let moved_from = adjustment.seen.filter(|seen| now.is_some_and(|now| now != *seen));
    let (points, excused) = match adjustment.award {
        Award::Points(points) => (Some(points.as_f64()), false),
        Award::Excused => (None, true),
    };
    GradeReport {
        points,
        possible: case.possible,
        excused,
        late: None,
        adjustment: Some(AdjustmentReport {
            comment: adjustment.comment.clone(),
            moved_from: moved_from.map(Points::as_f64),
        }),
    }
}

fn automatic(case: Case<'_>, grading: &Grading) -> GradeReport {
    let possible = points(case.possible);
    let most = grading.bonus_cap.map(|cap| possible + cap);
    let earned = case.score.map(|score| points(score.earned));
    let earned = earned.map(|earned| most.map_or(earned, |most| earned.min(most)));
    let late = late::late(case.submitted, grading, earned.unwrap_or_default(), possible);
    let penalty = late.as_ref().map_or(0, |late| points(late.penalty).in_hundredths());
    let counts = |earned: Points| Points::hundredths(earned.in_hundredths().saturating_sub(penalty));
    GradeReport {
        points: earned.map(|earned| counts(earned).as_f64()),
        possible: case.possible,
        excused: false,
        late,
        adjustment: None,
    }
}

/// Whole hundredths of points, halves away from zero.
pub(crate) fn points(points: f64) -> Points {
    // A cast takes what is out of bounds to the nearest bound, and what is no number to 0.
    Points::hundredths((points * 100.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grading(text: &str) -> Grading {
        serde_yaml::from_str(text).unwrap()
    }

    /// Points of 10, handed in so many seconds after the end of 1970-01-01.
    fn counted(earned: f64, late: i64, text: &str) -> (f64, f64) {
        let at = jiff::Timestamp::from_second(86400 + late).unwrap().to_string();
        let submitted = SubmittedReport {
            at: Some(at),
            late: false,
            source: "commit".to_owned(),
        };
        let case = Case {
            score: Some(ScoreReport { earned, possible: 10.0 }),
            possible: 10.0,
            submitted: Some(&submitted),
            adjustment: None,
        };
        let grade = grade(case, &grading(&format!("due: 1970-01-02T00:00:00Z\n{text}"))).unwrap();
        (grade.points.unwrap(), grade.late.map_or(0.0, |late| late.penalty))
    }

    #[test]
    fn what_counts_of_an_automatic_score() {
        const DAY: i64 = 86400;
        let daily = "late: { per: day, penalty: 10 %, grace: 15 min, cap: 50 % }";
        for (earned, late, text, want) in [
            (8.0, -1, daily, (8.0, 0.0)),
            (8.0, 0, daily, (8.0, 0.0)),
            (8.0, 900, daily, (8.0, 0.0)),
            (8.0, 901, daily, (7.2, 0.8)),
            (8.0, DAY, daily, (7.2, 0.8)),
            (8.0, DAY + 1, daily, (6.4, 1.6)),
            (8.0, 5 * DAY, daily, (4.0, 4.0)),
            (8.0, 500_000 * DAY, daily, (4.0, 4.0)),
            (0.0, DAY, daily, (0.0, 0.0)),
            (0.05, 1000, daily, (0.04, 0.01)),
            (0.04, 1000, daily, (0.04, 0.0)),
            (3.33, 1000, daily, (3.0, 0.33)),
            (3.35, 1000, daily, (3.01, 0.34)),
            (8.0, 1, "late: { per: hour, penalty: 0.5 % }", (7.96, 0.04)),
            (8.0, 300 * 3600, "late: { per: hour, penalty: 0.5 % }", (0.0, 8.0)),
            (8.0, 1, "late: { per: day, penalty: 10 %, of: possible }", (7.0, 1.0)),
            (0.5, 1, "late: { per: day, penalty: 10 %, of: possible }", (0.0, 0.5)),
            (8.0, 1, "late: { per: day, penalty: 100 % }", (0.0, 8.0)),
            (8.0, 1, "late: { per: day, penalty: 0 % }", (8.0, 0.0)),
            (8.0, DAY, "", (8.0, 0.0)),
            (14.0, 0, "bonus_cap: 2.5", (12.5, 0.0)),
            (14.0, 0, "bonus_cap: 0", (10.0, 0.0)),
            (9.0, 0, "bonus_cap: 0", (9.0, 0.0)),
            (14.0, 0, "", (14.0, 0.0)),
            (14.0, 1, "bonus_cap: 2\nlate: { per: day, penalty: 10 % }", (10.8, 1.2)),
        ] {
            assert_eq!(counted(earned, late, text), want, "{earned} {late} s late, {text}");
        }
    }

    #[test]
    fn without_a_policy_the_score_counts() {
        let case = Case {
            score: Some(ScoreReport {
                earned: 7.0,
                possible: 10.0,
            }),
            possible: 10.0,
            submitted: None,
            adjustment: None,
        };
        assert_eq!(grade(case, &Grading::default()), None);
    }

    #[test]
    fn an_adjustment_wins_over_everything_and_tells_when_the_score_has_moved() {
        let late = SubmittedReport {
            at: Some("1980-01-01T00:00:00Z".to_owned()),
            late: true,
            source: "name".to_owned(),
        };
        let policy = grading("due: 1970-01-02T00:00:00Z\nlate: { per: day, penalty: 100 % }");
        for (earned, seen, award, want) in [
            (
                Some(7.0),
                Some(700),
                Award::Points(Points::hundredths(900)),
                (Some(9.0), None),
            ),
            (
                Some(6.5),
                Some(700),
                Award::Points(Points::hundredths(900)),
                (Some(9.0), Some(7.0)),
            ),
            (Some(6.5), None, Award::Points(Points::hundredths(0)), (Some(0.0), None)),
            (
                None,
                Some(700),
                Award::Points(Points::hundredths(900)),
                (Some(9.0), None),
            ),
            (Some(0.1 + 0.2), Some(30), Award::Excused, (None, None)),
            (Some(7.0), Some(30), Award::Excused, (None, Some(0.3))),
        ] {
            let adjustment = Adjustment {
                award,
                comment: "seen by hand".to_owned(),
                seen: seen.map(Points::hundredths),
            };
            let case = Case {
                score: earned.map(|earned| ScoreReport { earned, possible: 10.0 }),
                possible: 10.0,
                submitted: Some(&late),
                adjustment: Some(&adjustment),
            };
            let grade = grade(case, &policy).unwrap();
            let moved_from = grade.adjustment.unwrap().moved_from;
            assert_eq!((grade.points, moved_from), want, "{earned:?} {seen:?}");
            assert_eq!((grade.excused, grade.late), (award == Award::Excused, None));
        }
    }

    #[test]
    fn what_was_not_graded_counts_nothing() {
        let case = Case {
            score: None,
            possible: 10.0,
            submitted: None,
            adjustment: None,
        };
        let grade = grade(case, &grading("bonus_cap: 5")).unwrap();
        assert_eq!((grade.points, grade.excused), (None, false));
    }
}
