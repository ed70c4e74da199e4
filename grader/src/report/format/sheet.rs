//! A redacted report -> a list of tests and a total that they add up to: what most formats want.
//!
//! Hidden checks are one test per exercise, and what the policy took or gave is one more. Points are whole hundredths, so
//! that sums are exact.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::report::{
    CheckReport, ExerciseReport, GradeReport, Status, SubmissionReport, VerdictReport, VisibilityReport,
};

/// Points in hundredths; what is taken off is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Hundredths(pub(super) i64);

/// One line of a report.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    /// Which exercise it is of, from 1; 0 for what is of the whole submission.
    pub(super) exercise: usize,
    /// The exercise's title.
    pub(super) title: String,
    /// Its place among what students see of the exercise, from 1.
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) mark: Mark,
    pub(super) earned: Hundredths,
    pub(super) possible: Hundredths,
    /// What there is to say of it; may have many lines.
    pub(super) message: Option<String>,
    /// What was asked, where students may know.
    pub(super) code: Option<String>,
    /// `file` and `line` of the function that was asked.
    pub(super) place: Option<(String, u64)>,
    pub(super) kind: Kind,
}

/// What a test is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A check that students see.
    Check,
    /// The hidden checks of an exercise.
    Hidden,
    /// That there is something to check.
    Build,
    /// What the policy or the instructor took or gave.
    Policy,
}

/// What came of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Pass,
    Fail,
    Error,
    Skipped,
    NotGraded,
}

/// A submission as its author sees it.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub(super) report: &'a SubmissionReport,
    pub(super) tests: Vec<Test>,
    /// What counts, if there is a grade.
    pub(super) total: Option<Hundredths>,
    pub(super) possible: Hundredths,
}

impl<'a> Sheet<'a> {
    /// Of a redacted report.
    pub(super) fn of(report: &'a SubmissionReport) -> Self {
        let mut tests = match report.status {
            Status::Graded | Status::NotGraded => (1..)
                .zip(&report.exercises)
                .flat_map(|(number, exercise)| of_exercise(report, number, exercise))
                .collect(),
            Status::BuildFailed => vec![build("it compiles", report)],
            Status::Unusable => vec![build("there is something to grade", report)],
        };
        let total = report.points().map(Hundredths::of);
        let sum: i64 = tests.iter().map(|test| test.earned.0).sum();
        if let Some(total) = total
            && total.0 != sum
        {
            tests.push(policy(report.grade.as_ref(), Hundredths(total.0 - sum)));
        }
        let possible = report.grade.as_ref().map(|grade| grade.possible);
        let possible = possible.or(report.score.map(|score| score.possible)).unwrap_or(0.0);
        Self {
            report,
            tests,
            total,
            possible: Hundredths::of(possible),
        }
    }

    /// Points of the checks that students see: earned and possible.
    pub(super) fn public_part(&self) -> (Hundredths, Hundredths) {
        let visible = || self.tests.iter().filter(|test| test.kind == Kind::Check);
        let earned = visible().map(|test| test.earned.0).sum();
        let possible = visible().map(|test| test.possible.0).sum();
        (Hundredths(earned), Hundredths(possible))
    }

    /// Whether hidden checks are in it.
    pub(super) fn has_hidden(&self) -> bool {
        self.tests.iter().any(|test| test.kind == Kind::Hidden)
    }

    /// Whether a test of the submission can be said to have been run at all.
    pub(super) fn is_built(&self) -> bool {
        match self.report.status {
            Status::Graded | Status::NotGraded => true,
            Status::BuildFailed | Status::Unusable => false,
        }
    }
}

fn of_exercise(report: &SubmissionReport, number: usize, exercise: &ExerciseReport) -> Vec<Test> {
    let mut tests: Vec<Test> = (1..)
        .zip(&exercise.checks)
        .map(|(index, check)| of_check(report, number, exercise, index, check))
        .collect();
    tests.extend(of_hidden(number, exercise, &tests));
    // All or nothing: a check that passed has earned nothing after all.
    if exercise.earned == 0.0 {
        tests.iter_mut().for_each(|test| test.earned = Hundredths(0));
    }
    tests
}

fn of_check(report: &SubmissionReport, number: usize, of: &ExerciseReport, index: usize, check: &CheckReport) -> Test {
    let is_public = check.visibility == VisibilityReport::Public;
    let place = check.functions.iter().find_map(|function| report.places.get(function));
    Test {
        exercise: number,
        title: of.title.clone(),
        number: index,
        name: check.name.clone(),
        mark: check.verdict.into(),
        earned: Hundredths::of(check.earned),
        possible: Hundredths::of(check.possible),
        message: check.feedback.clone(),
        code: check
            .observed
            .first()
            .filter(|_| is_public)
            .map(|seen| seen.call.clone()),
        place: place.and_then(|place| split(place)),
        kind: Kind::Check,
    }
}

/// What the hidden checks are worth is what the visible ones leave.
fn of_hidden(number: usize, exercise: &ExerciseReport, visible: &[Test]) -> Option<Test> {
    let line = exercise.hidden.clone()?;
    let left = |all: f64, of: fn(&Test) -> Hundredths| {
        let visible: i64 = visible.iter().map(|test| of(test).0).sum();
        Hundredths((Hundredths::of(all).0 - visible).max(0))
    };
    let earned = left(exercise.earned, |test| test.earned);
    let possible = left(exercise.possible, |test| test.possible);
    Some(Test {
        exercise: number,
        title: exercise.title.clone(),
        number: visible.len() + 1,
        name: "hidden checks".to_owned(),
        mark: if earned == possible { Mark::Pass } else { Mark::Fail },
        earned,
        possible,
        message: Some(line),
        code: None,
        place: None,
        kind: Kind::Hidden,
    })
}

fn build(name: &str, report: &SubmissionReport) -> Test {
    let rendered = report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.rendered.trim_end().to_owned());
    let mut places = report
        .diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.place.as_ref());
    let message: Vec<String> = report.problem.clone().into_iter().chain(rendered).collect();
    Test {
        exercise: 0,
        title: "Submission".to_owned(),
        number: 1,
        name: name.to_owned(),
        mark: Mark::Error,
        earned: Hundredths(0),
        possible: Hundredths::of(report.score.map_or(0.0, |score| score.possible)),
        message: Some(message.join("\n\n")),
        code: None,
        place: places.find_map(|place| split(place.rsplit_once(':')?.0)),
        kind: Kind::Build,
    }
}

/// The file and the line of `file:line`.
fn split(place: &str) -> Option<(String, u64)> {
    let (file, line) = place.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()?))
}

fn policy(grade: Option<&GradeReport>, difference: Hundredths) -> Test {
    Test {
        exercise: 0,
        title: "Grade".to_owned(),
        number: 1,
        name: "lateness, adjustments and rounding".to_owned(),
        mark: if difference.0 < 0 { Mark::Fail } else { Mark::Pass },
        earned: difference,
        possible: Hundredths(0),
        message: grade.map(policy_words).filter(|text| !text.is_empty()),
        code: None,
        place: None,
        kind: Kind::Policy,
    }
}

/// How a grade came about that is not the score.
pub(super) fn policy_words(grade: &GradeReport) -> String {
    let late = grade.late.iter().map(|late| match Hundredths::of(late.penalty) {
        Hundredths(0) => late.why.clone(),
        penalty => format!("−{penalty}, {}", late.why),
    });
    let what = if grade.excused { "excused" } else { "adjusted by hand" };
    let adjusted = grade
        .adjustment
        .iter()
        .map(|adjustment| match adjustment.comment.as_str() {
            "" => what.to_owned(),
            comment => format!("{what}: {comment}"),
        });
    late.chain(adjusted).collect::<Vec<_>>().join("\n")
}

impl Hundredths {
    /// Of points.
    pub(super) fn of(points: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "points are far below the end of i64")]
        Self((points * 100.0).round() as i64)
    }

    pub(super) fn as_f64(self) -> f64 {
        self.0 as f64 / 100.0
    }

    pub(super) fn is_whole(self) -> bool {
        self.0 % 100 == 0
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::report::points(self.as_f64()))
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() {
            serializer.serialize_i64(self.0 / 100)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl From<VerdictReport> for Mark {
    fn from(verdict: VerdictReport) -> Self {
        match verdict {
            VerdictReport::Pass => Self::Pass,
            VerdictReport::Fail => Self::Fail,
            VerdictReport::Error => Self::Error,
            VerdictReport::Skipped => Self::Skipped,
            VerdictReport::NotGraded => Self::NotGraded,
        }
    }
}

impl Mark {
    pub(super) fn is_pass(self) -> bool {
        self == Self::Pass
    }

    /// In a word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pass => "passed",
            Self::Fail => "failed",
            Self::Error => "failed with an error",
            Self::Skipped => "skipped",
            Self::NotGraded => "not graded",
        }
    }
}
