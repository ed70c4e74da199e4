//! Two lists of numbers -> a drawing of both over the index, where that says it faster than the numbers.

use std::fmt::Write;

use serde_json::Value;

use crate::report::ObservedReport;

/// The width of the drawing.
pub(super) const WIDTH: f64 = 320.0;
/// The height of the drawing.
pub(super) const HEIGHT: f64 = 96.0;
/// What stays free around the curves.
const MARGIN: f64 = 8.0;
/// From how many entries on a drawing says more than the numbers.
const FEWEST: usize = 3;

/// What came and what was wanted, in the drawing's coordinates.
#[derive(Debug, PartialEq)]
pub(super) struct Plot {
    /// What came, as the data of an SVG path: from point to point, with a gap where a number is not finite.
    pub(super) got: String,
    /// What was wanted.
    pub(super) want: String,
    /// Where zero is, if it is within.
    pub(super) zero: Option<f64>,
    /// The entry that differs most, and where it is.
    pub(super) worst: Option<(usize, f64)>,
}

impl Plot {
    /// A drawing of what a check saw, if it is two lists of as many numbers, enough of them and finite.
    pub(super) fn new(observed: &ObservedReport) -> Option<Self> {
        let (got, want) = (numbers(&observed.got)?, numbers(&observed.want)?);
        if got.len() != want.len() || got.len() < FEWEST {
            return None;
        }
        let frame = Frame::around(&got, &want)?;
        let index = observed.worst.as_ref().and_then(|worst| worst.index.first().copied());
        Some(Self {
            zero: (frame.low < 0.0 && frame.high > 0.0).then(|| frame.y(0.0)),
            worst: index
                .filter(|index| *index < got.len())
                .map(|index| (index, frame.x(index))),
            got: frame.curve(&got),
            want: frame.curve(&want),
        })
    }
}

/// The numbers of a list; what is not finite is NaN. A list that was cut is what is left of it.
fn numbers(value: &Value) -> Option<Vec<f64>> {
    let items = value.as_array()?;
    let whole = items.split_last().map_or(&items[..], |(last, rest)| match last {
        Value::String(text) if text.starts_with('…') => rest,
        _ => items,
    });
    let number = |item: &Value| match item {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if ["inf", "-inf", "nan"].contains(&text.as_str()) => Some(f64::NAN),
        _ => None,
    };
    whole.iter().map(number).collect()
}

/// What part of the plane is drawn.
struct Frame {
    low: f64,
    high: f64,
    entries: usize,
}

impl Frame {
    fn around(got: &[f64], want: &[f64]) -> Option<Self> {
        let finite = || got.iter().chain(want).copied().filter(|real| real.is_finite());
        let (low, high) = (finite().reduce(f64::min)?, finite().reduce(f64::max)?);
        let drawable = (high - low).is_finite() && got.iter().any(|real| real.is_finite());
        drawable.then_some(Self {
            low,
            high,
            entries: got.len(),
        })
    }

    fn x(&self, index: usize) -> f64 {
        round(MARGIN + (WIDTH - 2.0 * MARGIN) * index as f64 / (self.entries - 1) as f64)
    }

    fn y(&self, real: f64) -> f64 {
        let height = HEIGHT - 2.0 * MARGIN;
        let share = if self.high > self.low {
            (real - self.low) / (self.high - self.low)
        } else {
            0.5
        };
        round(MARGIN + height * (1.0 - share))
    }

    fn curve(&self, reals: &[f64]) -> String {
        let mut curve = String::new();
        let mut pen_down = false;
        for (index, real) in reals.iter().enumerate() {
            if real.is_finite() {
                let command = if pen_down { 'L' } else { 'M' };
                let _ = write!(curve, "{command}{} {}", self.x(index), self.y(*real));
            }
            pen_down = real.is_finite();
        }
        curve
    }
}

fn round(real: f64) -> f64 {
    (real * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn plot(got: Value, want: Value) -> Option<Plot> {
        Plot::new(&ObservedReport {
            call: String::new(),
            inputs: BTreeMap::new(),
            got,
            want,
            worst: None,
        })
    }

    #[test]
    fn only_two_lists_of_as_many_numbers_are_drawn() {
        for (got, want, drawn) in [
            (json!([1, 2, 3, 4]), json!([1, 2, 3, 5]), true),
            (json!([1, 2]), json!([1, 4]), false),
            (json!([1, 2, 3, 4]), json!([1, 2, 3, 4, 5]), false),
            (json!([1, 2, 3, "inf"]), json!([1, 2, 3, 4]), true),
            (json!(["nan", "nan", "nan", "nan"]), json!([1, 2, 3, 4]), false),
            (json!([1, 2, 3, "x"]), json!([1, 2, 3, 4]), false),
            (json!([[1], [2], [3], [4]]), json!([1, 2, 3, 4]), false),
            (json!([-1e308, 1e308, 0, 0]), json!([0, 0, 0, 0]), false),
            (json!([1e-310, 0, 0, 0]), json!([0, 0, 0, 0]), true),
            (json!([7, 7, 7, 7]), json!([7, 7, 7, 7]), true),
            (json!([1, 2, 3, 4, "… 8 more"]), json!([1, 2, 3, 5, "… 8 more"]), true),
            (json!([]), json!([]), false),
            (json!(null), json!([1, 2, 3, 4]), false),
        ] {
            let is_drawn = plot(got.clone(), want).is_some_and(|plot| !plot.got.contains("NaN"));
            assert_eq!(is_drawn, drawn, "{got}");
        }
    }

    #[test]
    fn curves_span_the_frame_and_leave_gaps() {
        let plot = plot(json!([-1, "nan", 1, 1]), json!([0, 0, 0, 0])).unwrap();
        assert_eq!(plot.got, "M8 88M210.7 8L312 8");
        assert_eq!(plot.zero, Some(48.0));
    }
}
