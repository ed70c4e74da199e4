//! What was counted of a class -> what the top of its page says: how the points are spread, which checks are hard and how
//! they are failed, what is believed wrongly, what does not compile.

use super::histogram::Histogram;
use super::line::Line;
use super::listing::Failure;
use crate::report::median::median;
use crate::report::{Header, VisibilityReport, points};

/// How many checks are listed as the hardest.
const HARDEST: usize = 8;

/// What the top of a class's page says.
#[derive(Debug)]
pub(super) struct Overview {
    pub(super) lines: Vec<Line>,
    pub(super) numbers: Vec<Number>,
    pub(super) histogram: Histogram,
    /// The checks that fewest pass, the hardest first.
    pub(super) hardest: Vec<CheckLine>,
    /// Exercises, in the order of the spec, each with its checks.
    pub(super) exercises: Vec<ExerciseLine>,
    pub(super) misconceptions: Vec<Misconception>,
    /// What the filter offers: the word, and what it is called.
    pub(super) kinds: Vec<(&'static str, &'static str)>,
    /// Whether it is known when anything was handed in.
    pub(super) dated: bool,
}

/// A number with what it counts.
#[derive(Debug, PartialEq)]
pub(super) struct Number {
    pub(super) value: String,
    pub(super) label: &'static str,
}

/// An exercise, over the class.
#[derive(Debug)]
pub(super) struct ExerciseLine {
    pub(super) title: String,
    pub(super) takeaway: Option<String>,
    /// How many of the verdicts of its checks are passes, in whole per cent.
    pub(super) percent: usize,
    pub(super) checks: Vec<CheckLine>,
}

/// A check, over the class.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CheckLine {
    pub(super) exercise: String,
    pub(super) name: String,
    /// `hidden` or `named`; nothing when it is public.
    pub(super) tag: &'static str,
    pub(super) passed: usize,
    /// How many were judged by it: those that were skipped are not.
    pub(super) judged: usize,
    pub(super) skipped: usize,
    /// The same, in whole per cent; not rounded up to 100.
    pub(super) percent: usize,
    /// The most frequent way to fail it, if it is one that several submissions share.
    pub(super) way: Option<Failure>,
}

/// What several may believe wrongly.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Misconception {
    pub(super) function: String,
    pub(super) name: String,
    pub(super) belief: String,
    pub(super) hint: String,
    /// In whose answers it shows in all checks.
    pub(super) certain: Vec<usize>,
    /// In whose answers it shows, but not in the hidden checks.
    pub(super) doubtful: usize,
}

impl Overview {
    /// Of what was counted.
    pub(super) fn new(
        header: &Header,
        lines: Vec<Line>,
        exercises: Vec<ExerciseLine>,
        misconceptions: Vec<Misconception>,
    ) -> Self {
        let shares: Vec<f64> = lines.iter().filter_map(|line| line.share).collect();
        Self {
            numbers: numbers(header, &lines, &shares),
            histogram: Histogram::new(&shares),
            hardest: hardest(exercises.iter().flat_map(|exercise| &exercise.checks)),
            exercises,
            misconceptions: most_frequent(misconceptions),
            kinds: kinds(&lines),
            dated: lines.iter().any(|line| line.submitted.is_some()),
            lines,
        }
    }

    /// Whether something was not checked.
    pub(super) fn has_problems(&self) -> bool {
        self.lines.iter().any(|line| line.problem.is_some())
    }
}

/// Not rounded up: 100 only when it is all.
pub(super) fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(0)
}

/// What a check is called that not everybody sees all of.
pub(super) fn tag(visibility: VisibilityReport) -> &'static str {
    match visibility {
        VisibilityReport::Public => "",
        VisibilityReport::Named => "named",
        VisibilityReport::Hidden => "hidden",
    }
}

/// The checks that fewest pass of those judged by them; of equal ones, the first in the spec.
fn hardest<'a>(checks: impl Iterator<Item = &'a CheckLine>) -> Vec<CheckLine> {
    let mut checks: Vec<&CheckLine> = checks.filter(|check| check.passed < check.judged).collect();
    checks.sort_by(|one, other| (one.passed * other.judged).cmp(&(other.passed * one.judged)));
    checks.into_iter().take(HARDEST).cloned().collect()
}

fn most_frequent(mut misconceptions: Vec<Misconception>) -> Vec<Misconception> {
    misconceptions
        .sort_by_key(|misconception| std::cmp::Reverse((misconception.certain.len(), misconception.doubtful)));
    misconceptions
}

fn numbers(header: &Header, lines: &[Line], shares: &[f64]) -> Vec<Number> {
    let count = |kind: &str| lines.iter().filter(|line| line.is(kind)).count();
    let possible: f64 = header
        .exercises
        .iter()
        .filter(|exercise| !exercise.bonus)
        .map(|exercise| exercise.possible)
        .sum();
    let of_points = |share: f64| points(share * possible);
    let mut numbers = vec![Number {
        value: lines.len().to_string(),
        label: if lines.len() == 1 { "submission" } else { "submissions" },
    }];
    if let Some(median) = median(shares) {
        numbers.push(Number {
            value: of_points(median),
            label: "median points",
        });
        numbers.push(Number {
            value: of_points(shares.iter().sum::<f64>() / shares.len() as f64),
            label: "mean points",
        });
    }
    let full = shares.iter().filter(|share| **share >= 1.0).count();
    let rest = [
        (full, "with full marks"),
        (count("build-failed"), "not compiling"),
        (count("unusable"), "unusable"),
        (count("not-graded"), "not graded"),
    ];
    let rest = rest.into_iter().filter(|(count, _)| *count > 0);
    numbers.extend(rest.map(|(count, label)| Number {
        value: count.to_string(),
        label,
    }));
    numbers
}

/// What there is to filter by.
fn kinds(lines: &[Line]) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("graded", "graded"),
        ("build-failed", "does not compile"),
        ("unusable", "unusable"),
        ("not-graded", "not graded"),
        ("diagnosed", "with a misconception"),
        ("late", "late"),
        ("adjusted", "adjusted by hand"),
        ("excused", "excused"),
    ];
    let some = |kind: &str| lines.iter().any(|line| line.is(kind));
    all.into_iter().filter(|(kind, _)| some(kind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, passed: usize, judged: usize) -> CheckLine {
        CheckLine {
            exercise: String::new(),
            name: name.to_owned(),
            tag: "",
            passed,
            judged,
            skipped: 0,
            percent: 0,
            way: None,
        }
    }

    #[test]
    fn the_hardest_check_is_the_one_that_the_smallest_share_passes() {
        let checks = [
            check("half", 2, 4),
            check("all", 4, 4),
            check("nobody", 0, 1),
            check("also half", 1, 2),
            check("not judged", 0, 0),
            check("a third", 1, 3),
        ];
        let names: Vec<String> = hardest(checks.iter()).into_iter().map(|check| check.name).collect();
        assert_eq!(names, ["nobody", "a third", "half", "also half"]);
    }
}
