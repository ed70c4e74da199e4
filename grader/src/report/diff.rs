//! Two runs -> whose score moved, by how much and because of which check. For the instructor.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;

use serde::Serialize;

use super::table::{plural, points};
use super::{CheckReport, Header, Status, SubmissionReport, VerdictReport};

/// What differs between two runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// In what the receipts differ.
    pub receipt: Vec<ReceiptDifference>,
    /// Submissions of which the score, the status or a verdict differs, sorted by id.
    pub moved: Vec<Moved>,
    /// Submissions that only the new run has.
    pub added: Vec<Alone>,
    /// Submissions that only the old run has.
    pub gone: Vec<Alone>,
    /// How many are the same in both.
    pub same: usize,
}

/// What two runs were not graded by alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptDifference {
    /// Which part of the receipt.
    pub part: &'static str,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

/// A submission that only one of the runs has.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alone {
    /// Its id.
    pub id: String,
    /// What counts, if there is a grade.
    pub points: Option<f64>,
}

/// A submission that came out differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// Its id.
    pub id: String,
    /// What counted, if there was a grade.
    pub old: Option<f64>,
    /// What counts, if there is a grade.
    pub new: Option<f64>,
    /// By how much, if there were both.
    pub by: Option<f64>,
    /// What became of it then.
    pub old_status: Status,
    /// What became of it now.
    pub new_status: Status,
    /// Whether it is another source.
    pub edited: bool,
    /// In the order of the new spec, those that are gone last.
    pub checks: Vec<MovedCheck>,
    /// What the checks do not explain: lateness, adjustments, all or nothing, a bound on bonus.
    pub rest: f64,
}

/// A check that came out differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MovedCheck {
    /// `exercise/check`
    pub check: String,
    /// What came of it, if there was such a check.
    pub old: Option<VerdictReport>,
    /// What comes of it, if there is such a check.
    pub new: Option<VerdictReport>,
    /// What that makes of the score.
    pub by: f64,
}

/// One submission as the two runs have it, each where there is one.
pub type Pair = (Option<SubmissionReport>, Option<SubmissionReport>);

impl Difference {
    /// Of two runs, submission by submission.
    ///
    /// # Errors
    /// When a report cannot be read.
    pub fn new(old: &Header, new: &Header, pairs: impl Iterator<Item = io::Result<Pair>>) -> io::Result<Self> {
        let mut difference = Self {
            receipt: receipt(old, new),
            moved: Vec::new(),
            added: Vec::new(),
            gone: Vec::new(),
            same: 0,
        };
        for pair in pairs {
            match pair? {
                (Some(old), Some(new)) => match moved(&old, &new) {
                    Some(moved) => difference.moved.push(moved),
                    None => difference.same += 1,
                },
                (Some(old), None) => difference.gone.push(alone(&old)),
                (None, Some(new)) => difference.added.push(alone(&new)),
                (None, None) => {}
            }
        }
        Ok(difference)
    }

    /// Whether the grades are the same, whatever they were made with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.added.is_empty() && self.gone.is_empty()
    }
}

fn alone(report: &SubmissionReport) -> Alone {
    Alone {
        id: report.id.clone(),
        points: report.points(),
    }
}

fn receipt(old: &Header, new: &Header) -> Vec<ReceiptDifference> {
    let parts = |Header {
                     assignment, receipt, ..
                 }: &Header| {
        [
            ("assignment", assignment.clone()),
            ("grader", receipt.grader.clone()),
            ("spec", receipt.spec.clone()),
            ("contract", receipt.contract.clone()),
            ("reference", receipt.reference.clone()),
            ("toolchain", receipt.toolchain.clone()),
            ("seed", receipt.seed.to_string()),
            ("secret_seed", receipt.secret_seed.clone()),
            ("sandbox", receipt.sandbox.clone()),
        ]
    };
    let both = parts(old).into_iter().zip(parts(new));
    both.filter(|((_, old), (_, new))| old != new)
        .map(|((part, old), (_, new))| ReceiptDifference { part, old, new })
        .collect()
}

fn moved(old: &SubmissionReport, new: &SubmissionReport) -> Option<Moved> {
    let checks = moved_checks(old, new);
    if old.points() == new.points() && old.status == new.status && checks.is_empty() {
        return None;
    }
    let by = old.points().zip(new.points()).map(|(old, new)| hundredths(new - old));
    let explained: f64 = checks.iter().map(|check| check.by).sum();
    Some(Moved {
        id: old.id.clone(),
        old: old.points(),
        new: new.points(),
        by,
        old_status: old.status,
        new_status: new.status,
        edited: old.source != new.source,
        rest: by.map_or(0.0, |by| hundredths(by - explained)),
        checks,
    })
}

/// Sums of points without what binary fractions leave.
fn hundredths(points: f64) -> f64 {
    // Adding zero makes a zero of a negative one.
    (points * 100.0).round() / 100.0 + 0.0
}

fn moved_checks(old: &SubmissionReport, new: &SubmissionReport) -> Vec<MovedCheck> {
    let (before, after) = (checks(old), checks(new));
    let was: BTreeMap<&str, &CheckReport> = before.iter().map(|(id, check)| (id.as_str(), *check)).collect();
    let is: BTreeSet<&str> = after.iter().map(|(id, _)| id.as_str()).collect();
    let kept = after
        .iter()
        .map(|(id, check)| (id, was.get(id.as_str()).copied(), Some(*check)));
    let gone = before.iter().filter(|(id, _)| !is.contains(id.as_str()));
    let gone = gone.map(|(id, check)| (id, Some(*check), None));
    kept.chain(gone)
        .map(|(id, old, new)| MovedCheck {
            check: id.clone(),
            old: old.map(|check| check.verdict),
            new: new.map(|check| check.verdict),
            by: hundredths(new.map_or(0.0, |check| check.earned) - old.map_or(0.0, |check| check.earned)),
        })
        .filter(|check| check.old != check.new || check.by != 0.0)
        .collect()
}

fn checks(report: &SubmissionReport) -> Vec<(String, &CheckReport)> {
    let exercises = report.exercises.iter();
    let named = exercises.flat_map(|exercise| exercise.checks.iter().map(move |check| (exercise, check)));
    named
        .map(|(exercise, check)| (format!("{}/{}", exercise.id, check.id), check))
        .collect()
}

/// For people.
#[must_use]
pub fn difference(difference: &Difference) -> String {
    let mut text = String::new();
    for moved in &difference.moved {
        let edited = if moved.edited { ", another source" } else { "" };
        let by = moved.by.map_or_else(String::new, |by| format!(" ({})", signed(by)));
        let (old, new) = (shown(moved.old, moved.old_status), shown(moved.new, moved.new_status));
        let _ = writeln!(text, "{}: {old} -> {new}{by}{edited}", moved.id);
        moved.checks.iter().for_each(|check| of_check(check, &mut text));
        if moved.rest != 0.0 {
            let _ = writeln!(
                text,
                "  lateness, adjustments, all or nothing, bonus: {}",
                signed(moved.rest)
            );
        }
    }
    for (word, all) in [("new", &difference.added), ("gone", &difference.gone)] {
        for one in all {
            let points = one.points.map_or("no grade".to_owned(), points);
            let _ = writeln!(text, "{}: {word} ({points})", one.id);
        }
    }
    for ReceiptDifference { part, old, new } in &difference.receipt {
        let _ = writeln!(text, "receipt: {part}: {} -> {}", short(old), short(new));
    }
    let (moved, added, gone) = (difference.moved.len(), difference.added.len(), difference.gone.len());
    let all = plural(moved + added + gone + difference.same, "submission");
    let _ = writeln!(
        text,
        "{all}: {moved} moved, {added} new, {gone} gone, {} the same",
        difference.same
    );
    text
}

fn of_check(check: &MovedCheck, text: &mut String) {
    let word = |verdict: Option<VerdictReport>| match verdict {
        Some(VerdictReport::Pass) => "pass",
        Some(VerdictReport::Fail) => "fail",
        Some(VerdictReport::Error) => "error",
        Some(VerdictReport::Skipped) => "skipped",
        Some(VerdictReport::NotGraded) => "not graded",
        None => "none",
    };
    let (old, new) = (word(check.old), word(check.new));
    let _ = writeln!(text, "  {}: {old} -> {new} ({})", check.check, signed(check.by));
}

fn shown(points: Option<f64>, status: Status) -> String {
    match (points, status) {
        (None, _) => "no grade".to_owned(),
        (Some(points), Status::BuildFailed) => format!("{} (does not compile)", super::points(points)),
        (Some(points), Status::Unusable) => format!("{} (unusable)", super::points(points)),
        (Some(points), Status::Graded | Status::NotGraded) => super::points(points),
    }
}

fn signed(by: f64) -> String {
    let sign = if by < 0.0 { "-" } else { "+" };
    format!("{sign}{}", points(by.abs()))
}

/// A hash by its beginning.
fn short(text: &str) -> &str {
    const SHOWN: usize = 12;
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { &text[..SHOWN] } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::{ExerciseReport, GradeReport, ScoreReport, VisibilityReport};
    use super::*;

    /// With these checks: id, verdict, earned.
    fn report(checks: &[(&str, VerdictReport, f64)], points: Option<f64>) -> SubmissionReport {
        let earned = checks.iter().map(|(.., earned)| earned).sum();
        let check = |(id, verdict, earned): &(&str, VerdictReport, f64)| CheckReport {
            id: (*id).to_owned(),
            name: String::new(),
            functions: Vec::new(),
            verdict: *verdict,
            outcome: None,
            observed: Vec::new(),
            cases: 1,
            failing: 0,
            earned: *earned,
            possible: 2.0,
            visibility: VisibilityReport::Public,
            feedback: None,
            detail: None,
        };
        SubmissionReport {
            id: "alice".to_owned(),
            status: Status::Graded,
            problem: None,
            fault: None,
            notes: Vec::new(),
            source: String::new(),
            score: Some(ScoreReport { earned, possible: 10.0 }),
            exercises: vec![ExerciseReport {
                id: "e".to_owned(),
                title: String::new(),
                earned,
                possible: 10.0,
                bonus: false,
                takeaway: None,
                hidden: None,
                checks: checks.iter().map(check).collect(),
            }],
            diagnoses: Vec::new(),
            diagnostics: Vec::new(),
            output: String::new(),
            measured: BTreeMap::new(),
            places: BTreeMap::new(),
            student: None,
            submitted: None,
            grade: points.map(|points| GradeReport {
                points: (points >= 0.0).then_some(points),
                possible: 10.0,
                excused: points < 0.0,
                late: None,
                adjustment: None,
            }),
        }
    }

    #[test]
    fn what_moved_is_told_with_the_check_that_moved_it() {
        use VerdictReport::{Fail, NotGraded, Pass};
        let old = || report(&[("a", Pass, 2.0), ("b", Fail, 0.0)], None);
        for (new, want) in [
            (old(), ""),
            (
                report(&[("a", Pass, 2.0), ("b", Pass, 0.1)], None),
                "alice: 2 -> 2.1 (+0.1)\n  e/b: fail -> pass (+0.1)\n",
            ),
            (
                report(&[("a", Fail, 0.0), ("b", Fail, 0.0)], None),
                "alice: 2 -> 0 (-2)\n  e/a: pass -> fail (-2)\n",
            ),
            (
                report(&[("a", Pass, 1.5), ("c", Pass, 0.5)], None),
                "alice: 2 -> 2 (+0)\n  e/a: pass -> pass (-0.5)\n  e/c: none -> pass (+0.5)\n  e/b: fail -> none (+0)\n",
            ),
            (
                report(&[("a", Pass, 2.0), ("b", Fail, 0.0)], Some(1.25)),
                "alice: 2 -> 1.25 (-0.75)\n  lateness, adjustments, all or nothing, bonus: -0.75\n",
            ),
            (
                report(&[("a", Pass, 2.0), ("b", NotGraded, 0.0)], Some(-1.0)),
                "alice: 2 -> no grade\n  e/b: fail -> not graded (+0)\n",
            ),
        ] {
            let moved: Vec<Moved> = moved(&old(), &new).into_iter().collect();
            let same = usize::from(moved.is_empty());
            let all = Difference {
                receipt: Vec::new(),
                moved,
                added: Vec::new(),
                gone: Vec::new(),
                same,
            };
            let text = difference(&all);
            let (text, _) = text.split_once("1 submission:").unwrap();
            assert_eq!(text, want);
            assert_eq!(all.is_empty(), want.is_empty());
        }
    }
}
