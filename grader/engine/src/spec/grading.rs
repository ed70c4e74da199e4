//! The section `grading` of a spec: what counts of the points that the checks give. No check depends on it.
//!
//! It is written as it is read, so that a run can keep what it was graded by.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::unit;
use crate::score::Points;

/// What counts of the points that the checks give.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grading {
    /// When it is due, with the offset from UTC: `2026-12-01T23:59:00+01:00`.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub due: Option<Due>,
    /// What is taken off for being late.
    #[serde(default)]
    pub late: Option<LateGrading>,
    /// How far bonus exercises can lift the points above what is possible.
    #[serde(default)]
    #[schemars(with = "Option<f64>", range(min = 0, max = 100_000))]
    pub bonus_cap: Option<Points>,
}

/// A moment, in seconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due(pub i64);

/// What is taken off for being late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LateGrading {
    /// Each day or hour that has begun counts.
    pub per: Unit,
    /// What each of them costs.
    #[schemars(with = "String", regex(pattern = unit::PERCENT))]
    pub penalty: Percent,
    /// Of which points that is a part.
    #[serde(default)]
    pub of: PenaltyOf,
    /// Who is no later than this is not late.
    #[serde(default, deserialize_with = "unit::long_duration", serialize_with = "seconds")]
    #[schemars(with = "String", regex(pattern = unit::LONG_DURATION))]
    pub grace: u64,
    /// What being late costs at most.
    #[serde(default = "all")]
    #[schemars(with = "String", regex(pattern = unit::PERCENT))]
    pub cap: Percent,
}

/// What lateness is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// 24 hours.
    Day,
    /// 60 minutes.
    Hour,
}

/// Of which points a penalty is a part.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PenaltyOf {
    /// Those that the submission has earned.
    #[default]
    Earned,
    /// Those that are possible.
    Possible,
}

/// Hundredths of a percent, from 0 % to 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u16);

impl Percent {
    /// All of it.
    pub const ALL: Self = Self(10_000);

    /// The hundredths of a percent.
    #[must_use]
    pub fn hundredths(self) -> u16 {
        self.0
    }

    fn read(text: &str) -> Option<Self> {
        let number: f64 = text.strip_suffix('%')?.trim_end().parse().ok()?;
        let hundredths = (number * 100.0).round();
        let is_exact = (0.0..=10_000.0).contains(&hundredths) && (hundredths / 100.0 - number).abs() < 1e-9;
        is_exact.then_some(Self(hundredths as u16))
    }
}

fn all() -> Percent {
    Percent::ALL
}

fn seconds<S: Serializer>(seconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{seconds} s"))
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", f64::from(self.0) / 100.0)
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Due {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let moment = Timestamp::from_second(self.0).map_err(serde::ser::Error::custom)?;
        serializer.collect_str(&moment)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PercentVisitor)
    }
}

/// Refuses inside the visitor, where the deserializer still knows the place.
struct PercentVisitor;

impl Visitor<'_> for PercentVisitor {
    type Value = Percent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a percentage from 0 % to 100 %, such as `10 %`, of at most two decimals")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Percent, E> {
        Percent::read(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DueVisitor)
    }
}

struct DueVisitor;

impl Visitor<'_> for DueVisitor {
    type Value = Due;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a date, a time and its offset from UTC, such as `2026-12-01T23:59:00+01:00` or `2026-12-01T22:59:00Z`",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Due, E> {
        let moment: Option<Timestamp> = text.parse().ok();
        let due = moment.map(|moment| Due(moment.as_second()));
        due.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Grading> {
        serde_yaml::from_str(text).ok()
    }

    #[test]
    fn a_moment_needs_its_offset() {
        for (text, want) in [
            ("2026-12-01T23:59:00+01:00", Some(1_796_165_940)),
            ("2026-12-01T22:59:00Z", Some(1_796_165_940)),
            ("2026-12-01 22:59:00Z", Some(1_796_165_940)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-12-01T23:59:00", None),
            ("2026-12-01", None),
            ("2026-02-30T00:00:00Z", None),
            ("99999-12-01T00:00:00Z", None),
            ("soon", None),
            ("1796165940", None),
        ] {
            let due = read(&format!("due: {text}")).map(|grading| grading.due.unwrap().0);
            assert_eq!(due, want, "{text}");
        }
    }

    #[test]
    fn a_percentage_is_exact_and_a_grace_is_whole_seconds() {
        for (text, want) in [
            ("penalty: 10 %", Some((1_000, 0, 10_000))),
            ("penalty: 0.25%, grace: 15 min, cap: 50 %", Some((25, 900, 5_000))),
            ("penalty: 100 %, grace: 1.5 h", Some((10_000, 5_400, 10_000))),
            ("penalty: 0 %, grace: 2 d", Some((0, 172_800, 10_000))),
            ("penalty: 10", None),
            ("penalty: 101 %", None),
            ("penalty: -1 %", None),
            ("penalty: nan %", None),
            ("penalty: 0.001 %", None),
            ("penalty: 10 %, grace: 15", None),
            ("penalty: 10 %, grace: -1 s", None),
            ("penalty: 10 %, grace: 400 d", None),
            ("cap: 50 %", None),
        ] {
            let late = read(&format!("late: {{ per: day, {text} }}")).map(|grading| grading.late.unwrap());
            let got = late.map(|late| (late.penalty.0, late.grace, late.cap.0));
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in [
            "{}",
            "due: 2026-12-01T23:59:00+01:00",
            "due: 2026-12-01T22:59:00Z\nlate: { per: hour, penalty: 0.25 %, of: possible, grace: 1.5 h, cap: 33 % }",
            "bonus_cap: 2.5",
        ] {
            let grading = read(text).unwrap();
            let written = serde_json::to_string(&grading).unwrap();
            assert_eq!(serde_json::from_str::<Grading>(&written).unwrap(), grading, "{written}");
        }
    }
}
