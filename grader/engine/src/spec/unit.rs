//! Quantities with a unit, as a spec writes them: `60 s`, `500 ms`, `512 MiB`.

use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let units = [("ms", 1e-3), ("s", 1.0), ("min", 60.0)];
    let seconds = quantity(&text, &units)
        .ok_or_else(|| D::Error::custom(format!("`{text}` is not a time, such as `1 s`, `500 ms` or `2 min`")))?;
    if (1e-3..=86400.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(D::Error::custom(format!("`{text}` is not between 1 ms and a day")))
    }
}

pub(super) fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    let units = [
        ("B", 1.0),
        ("KiB", 1024.0),
        ("MiB", 1024.0 * 1024.0),
        ("GiB", 1024.0 * 1024.0 * 1024.0),
    ];
    let bytes = quantity(&text, &units)
        .ok_or_else(|| D::Error::custom(format!("`{text}` is not a size, such as `64 KiB` or `512 MiB`")))?;
    if (1.0..=2f64.powi(40)).contains(&bytes) {
        Ok(bytes as u64)
    } else {
        Err(D::Error::custom(format!("`{text}` is not between 1 B and 1024 GiB")))
    }
}

fn quantity(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(split);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    let number: f64 = number.trim().parse().ok()?;
    number.is_finite().then_some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_a_number_and_a_known_unit() {
        let units = [("s", 1.0), ("ms", 1e-3)];
        for (text, want) in [
            ("60 s", Some(60.0)),
            ("1.5s", Some(1.5)),
            ("500 ms", Some(0.5)),
            ("60", None),
            ("s", None),
            ("1 h", None),
            ("inf s", None),
            ("1e400 s", None),
            ("-1 s", Some(-1.0)),
        ] {
            assert_eq!(quantity(text, &units), want, "{text}");
        }
    }
}
