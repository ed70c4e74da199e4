//! Quantities with a unit, as a spec writes them: `60 s`, `500 ms`, `512 MiB`.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

/// What a time looks like.
pub(super) const DURATION: &str = r"^[0-9.]+ ?(ms|s|min)$";
/// What a size looks like.
pub(super) const BYTES: &str = r"^[0-9.]+ ?(B|KiB|MiB|GiB)$";

pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let quantity = Quantity {
        units: &[("ms", 1e-3), ("s", 1.0), ("min", 60.0)],
        within: 1e-3..=86400.0,
        wanted: "a time from 1 ms to a day, such as `500 ms`, `1 s` or `2 min`",
    };
    deserializer.deserialize_str(quantity).map(Duration::from_secs_f64)
}

/// What a time in days looks like.
pub(super) const LONG_DURATION: &str = r"^[0-9.]+ ?(s|min|h|d)$";
/// What a percentage looks like.
pub(super) const PERCENT: &str = r"^[0-9.]+ ?%$";

/// Whole seconds, up to a year.
pub(super) fn long_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let quantity = Quantity {
        units: &[("s", 1.0), ("min", 60.0), ("h", 3600.0), ("d", 86400.0)],
        within: 0.0..=366.0 * 86400.0,
        wanted: "a time of at most a year, such as `15 min`, `2 h` or `1 d`",
    };
    deserializer
        .deserialize_str(quantity)
        .map(|seconds| seconds.round() as u64)
}

const KIB: f64 = 1024.0;
const MIB: f64 = 1024.0 * KIB;
const GIB: f64 = 1024.0 * MIB;

const SIZES: &[(&str, f64)] = &[("B", 1.0), ("KiB", KIB), ("MiB", MIB), ("GiB", GIB)];

pub(super) fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let quantity = Quantity {
        units: SIZES,
        within: 1.0..=1024.0 * GIB,
        wanted: "a size from 1 B to 1024 GiB, such as `64 KiB` or `512 MiB`",
    };
    deserializer.deserialize_str(quantity).map(|bytes| bytes as u64)
}

/// The worker itself takes some of its stack before a submission's code runs on the rest.
pub(super) fn stack<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let quantity = Quantity {
        units: SIZES,
        within: 256.0 * KIB..=GIB,
        wanted: "a size from 256 KiB to 1 GiB, such as `8 MiB`",
    };
    deserializer.deserialize_str(quantity).map(|bytes| bytes as u64)
}

/// Reads a number and a unit. Refuses inside the visitor, where the deserializer still knows the place.
struct Quantity {
    units: &'static [(&'static str, f64)],
    within: RangeInclusive<f64>,
    wanted: &'static str,
}

impl Quantity {
    fn read(&self, text: &str) -> Option<f64> {
        let split = text.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = text.split_at(split);
        let (_, factor) = self.units.iter().find(|(name, _)| *name == unit)?;
        let number: f64 = number.trim().parse().ok()?;
        Some(number * factor).filter(|quantity| self.within.contains(quantity))
    }
}

impl Visitor<'_> for Quantity {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        self.read(text)
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_a_number_and_a_known_unit() {
        let quantity = Quantity {
            units: &[("s", 1.0), ("ms", 1e-3)],
            within: 1e-3..=1e3,
            wanted: "a time",
        };
        for (text, want) in [
            ("60 s", Some(60.0)),
            ("1.5s", Some(1.5)),
            ("500 ms", Some(0.5)),
            ("60", None),
            ("s", None),
            ("1 h", None),
            ("inf s", None),
            ("1e400 s", None),
            ("-1 s", None),
            ("2000 s", None),
        ] {
            assert_eq!(quantity.read(text), want, "{text}");
        }
    }
}
