//! A moment and a deadline -> what being late costs.

use grader_engine::Points;
use grader_engine::spec::{Grading, LateGrading, PenaltyOf, Percent, Unit};
use jiff::Timestamp;

use crate::report::{LateReport, SubmittedReport, plural};

const DAY: u64 = 24 * HOUR;
const HOUR: u64 = 60 * MINUTE;
const MINUTE: u64 = 60;

/// How late a submission is, and what is taken off for it of the points earned. Nothing for what is not late, or could not
/// be because nothing is due.
pub(super) fn late(
    submitted: Option<&SubmittedReport>,
    grading: &Grading,
    earned: Points,
    possible: Points,
) -> Option<LateReport> {
    let (submitted, due) = (submitted?, grading.due?);
    let Some(at) = submitted.at.as_ref().and_then(|at| at.parse::<Timestamp>().ok()) else {
        return submitted.late.then(marked);
    };
    let seconds = u64::try_from(at.as_second().saturating_sub(due.0)).unwrap_or(0);
    let late = grading.late;
    if seconds <= late.map_or(0, |late| late.grace) {
        return None;
    }
    Some(match late {
        Some(late) => penalised(seconds, late, earned, possible),
        None => LateReport {
            seconds: Some(seconds),
            penalty: 0.0,
            why: format!("{} late: nothing is taken off", duration(seconds)),
        },
    })
}

fn marked() -> LateReport {
    LateReport {
        seconds: None,
        penalty: 0.0,
        why: "late by the learning system's mark; no time is known, nothing was taken off".to_owned(),
    }
}

fn penalised(seconds: u64, late: LateGrading, earned: Points, possible: Points) -> LateReport {
    let (length, noun) = match late.per {
        Unit::Day => (DAY, "day"),
        Unit::Hour => (HOUR, "hour"),
    };
    let units = seconds.div_ceil(length);
    let percent = u64::from(late.penalty.hundredths()).saturating_mul(units);
    let is_capped = percent > u64::from(late.cap.hundredths());
    let percent = percent.min(u64::from(late.cap.hundredths()));
    let base = match late.of {
        PenaltyOf::Earned => earned,
        PenaltyOf::Possible => possible,
    };
    let all = u64::from(Percent::ALL.hundredths());
    let penalty = (u64::from(base.in_hundredths()) * percent + all / 2) / all;
    let penalty = Points::hundredths(u32::try_from(penalty).unwrap_or(u32::MAX)).min(earned);
    let units = plural(usize::try_from(units).unwrap_or(usize::MAX), noun);
    let cap = if is_capped {
        format!(", at most {}", late.cap)
    } else {
        String::new()
    };
    let of = match late.of {
        PenaltyOf::Earned => "",
        PenaltyOf::Possible => " of the points possible",
    };
    LateReport {
        seconds: Some(seconds),
        penalty: penalty.as_f64(),
        why: format!("{} late: {units} at {}{cap}{of}", duration(seconds), late.penalty),
    }
}

/// The two largest units of a time.
fn duration(seconds: u64) -> String {
    let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")];
    let first = units
        .iter()
        .position(|(length, _)| seconds >= *length)
        .unwrap_or(units.len() - 1);
    let mut rest = seconds;
    let words = units[first..].iter().take(2).filter_map(|(length, noun)| {
        let count = rest / length;
        rest %= length;
        (count > 0).then(|| plural(usize::try_from(count).unwrap_or(usize::MAX), noun))
    });
    words.collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_its_two_largest_units() {
        for (seconds, want) in [
            (1, "1 second"),
            (60, "1 minute"),
            (3_661, "1 hour and 1 minute"),
            (93_600, "1 day and 2 hours"),
            (172_801, "2 days"),
            (7_230, "2 hours"),
        ] {
            assert_eq!(duration(seconds), want);
        }
    }

    #[test]
    fn why_something_was_taken_off_is_said_in_words() {
        let why = |at: Option<&str>, late, text: &str| {
            let grading = serde_yaml::from_str(&format!("due: 1970-01-01T00:00:00Z\n{text}")).unwrap();
            let submitted = SubmittedReport {
                at: at.map(str::to_owned),
                late,
                source: String::new(),
            };
            let points = Points::hundredths(1000);
            super::late(Some(&submitted), &grading, points, points).map(|late| late.why)
        };
        let daily = "late: { per: day, penalty: 10 %, cap: 25 % }";
        for (at, late, text, want) in [
            (
                Some("1970-01-02T02:00:00Z"),
                false,
                daily,
                Some("1 day and 2 hours late: 2 days at 10 %"),
            ),
            (
                Some("1970-01-01T00:00:01Z"),
                true,
                daily,
                Some("1 second late: 1 day at 10 %"),
            ),
            (
                Some("1970-01-05T00:00:00Z"),
                false,
                daily,
                Some("4 days late: 4 days at 10 %, at most 25 %"),
            ),
            (
                Some("1970-01-01T02:00:00+01:00"),
                false,
                "late: { per: hour, penalty: 1 %, of: possible }",
                Some("1 hour late: 1 hour at 1 % of the points possible"),
            ),
            (
                Some("1970-01-01T00:00:01Z"),
                false,
                "",
                Some("1 second late: nothing is taken off"),
            ),
            (
                None,
                true,
                daily,
                Some("late by the learning system's mark; no time is known, nothing was taken off"),
            ),
            (None, false, daily, None),
            // A time that is known says more than a mark.
            (Some("1969-12-31T23:59:59Z"), true, daily, None),
        ] {
            assert_eq!(why(at, late, text).as_deref(), want, "{at:?} {late} {text}");
        }
    }
}
