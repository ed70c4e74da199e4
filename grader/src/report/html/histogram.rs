//! Points -> how many submissions have how many, as bars.

use crate::report::plural;

/// The width of the drawing.
pub(super) const WIDTH: f64 = 400.0;
/// The height of the drawing.
pub(super) const HEIGHT: f64 = 160.0;
/// The line on which the bars stand.
pub(super) const FLOOR: f64 = HEIGHT - BELOW;
/// The line on which the ticks are written.
pub(super) const TICKS: f64 = HEIGHT - 8.0;
/// What is above the tallest bar, for its number.
const ABOVE: f64 = 20.0;
/// What is below the bars, for the axis.
const BELOW: f64 = 24.0;
/// How much of the possible points one bar covers, in per cent.
const STEP: usize = 10;

/// Bars, from no points to all of them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Histogram {
    pub(super) bars: Vec<Bar>,
    /// The same in words.
    pub(super) words: String,
}

/// A bar, in the drawing's coordinates.
#[derive(Debug, PartialEq)]
pub(super) struct Bar {
    /// Which points it stands for, in per cent.
    pub(super) label: String,
    /// What is written below it: where it begins.
    pub(super) tick: String,
    pub(super) count: usize,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Bar {
    /// Where its number and its label stand.
    pub(super) fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }

    /// The line on which its number stands.
    pub(super) fn above(&self) -> f64 {
        self.y - 6.0
    }
}

impl Histogram {
    /// Of shares of the possible points; 1 is all of them, and a bonus goes beyond.
    pub(super) fn new(shares: &[f64]) -> Self {
        let counts = counts(shares);
        let highest = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
        let slot = WIDTH / counts.len() as f64;
        let room = HEIGHT - ABOVE - BELOW;
        let bars = counts.iter().enumerate().map(|(bin, count)| {
            let height = room * *count as f64 / highest;
            Bar {
                label: label(bin),
                tick: tick(bin),
                count: *count,
                x: round(slot * bin as f64 + slot * 0.08),
                y: round(ABOVE + room - height),
                width: round(slot * 0.84),
                height: round(height),
            }
        });
        let bars: Vec<Bar> = bars.collect();
        let words: Vec<String> = bars
            .iter()
            .filter(|bar| bar.count > 0)
            .map(|bar| format!("{} with {} %", plural(bar.count, "submission"), bar.label))
            .collect();
        Self {
            words: words.join(", "),
            bars,
        }
    }
}

/// A bin for each tenth, all points having one of their own; another for what goes beyond, if something does.
fn counts(shares: &[f64]) -> Vec<usize> {
    let full = 100 / STEP;
    let beyond = shares.iter().any(|share| *share > 1.0);
    let mut counts = vec![0; full + 1 + usize::from(beyond)];
    for share in shares {
        let bin = if *share > 1.0 {
            full + 1
        } else {
            // A share is in hundredths of points, so that a hair below a border is rounding.
            ((share.max(0.0) * 100.0 + 1e-9) / STEP as f64) as usize
        };
        counts[bin] += 1;
    }
    counts
}

fn label(bin: usize) -> String {
    match (bin * STEP, (bin + 1) * STEP) {
        (100, _) => "100".to_owned(),
        (from, _) if from > 100 => "more than 100".to_owned(),
        (from, to) => format!("{from} to {to}"),
    }
}

fn tick(bin: usize) -> String {
    match bin * STEP {
        from if from > 100 => "more".to_owned(),
        from => from.to_string(),
    }
}

fn round(real: f64) -> f64 {
    (real * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_fall_into_tenths_and_full_marks_stand_alone() {
        let full = |bins: &[(usize, usize)], len: usize| {
            let mut counts = vec![0; len];
            bins.iter().for_each(|(bin, count)| counts[*bin] = *count);
            counts
        };
        for (shares, want) in [
            (vec![], full(&[], 11)),
            (vec![0.0, 0.0999], full(&[(0, 2)], 11)),
            (vec![0.1, 0.3, 0.7], full(&[(1, 1), (3, 1), (7, 1)], 11)),
            (vec![0.9999, 1.0], full(&[(9, 1), (10, 1)], 11)),
            (vec![1.2, -0.1], full(&[(0, 1), (11, 1)], 12)),
        ] {
            assert_eq!(counts(&shares), want, "{shares:?}");
        }
    }

    #[test]
    fn bars_stand_side_by_side_and_the_tallest_fills_the_room() {
        let histogram = Histogram::new(&[0.0, 1.0, 1.0]);
        let last = &histogram.bars[10];
        assert_eq!((last.height, last.y), (HEIGHT - ABOVE - BELOW, ABOVE));
        assert!(
            histogram
                .bars
                .windows(2)
                .all(|pair| pair[0].x + pair[0].width < pair[1].x)
        );
        assert!(last.x + last.width <= WIDTH);
        assert_eq!(histogram.words, "1 submission with 0 to 10 %, 2 submissions with 100 %");
    }

    #[test]
    fn nobody_is_a_drawing_without_bars() {
        assert!(Histogram::new(&[]).bars.iter().all(|bar| bar.height == 0.0));
    }
}
