//! One submission -> what its section or its page shows.

use super::check::{Body, CheckView, cut, said};
use super::line::{kind, minute, name};
use super::listing::Listing;
use crate::report::{DiagnosisReport, ExerciseReport, Row, SubmissionReport, VerdictReport, points};

/// How much of what a submission printed is shown on the page of a class, in characters.
const PRINTED: usize = 1500;
/// How much of what the compiler said is shown on the page of a class, in characters.
const COMPILER: usize = 4000;
/// How much of either is shown to its author.
const FOR_STUDENT: usize = 20_000;

/// Who reads it.
#[derive(Debug)]
pub(super) enum Audience<'a, 'b> {
    /// The instructor, on the page of a class.
    Instructor(&'a mut Listing<'b>),
    /// Its author, on a page of their own.
    Student,
}

/// A submission.
#[derive(Debug)]
pub(super) struct SubmissionView {
    pub(super) name: String,
    /// The submission's id, if the name is another.
    pub(super) id: Option<String>,
    /// What became of it, for programs and in words.
    pub(super) kind: &'static str,
    pub(super) words: String,
    pub(super) points: Option<String>,
    pub(super) possible: String,
    /// How the points came about, a sentence each.
    pub(super) because: Vec<String>,
    pub(super) submitted: Option<String>,
    pub(super) excused: bool,
    /// What went wrong, what is odd.
    pub(super) notes: Vec<String>,
    pub(super) compiler: Option<String>,
    pub(super) diagnoses: Vec<DiagnosisReport>,
    pub(super) exercises: Vec<ExerciseView>,
    pub(super) output: Option<String>,
    pub(super) source: String,
}

/// An exercise.
#[derive(Debug)]
pub(super) struct ExerciseView {
    pub(super) title: String,
    pub(super) earned: String,
    pub(super) possible: String,
    pub(super) bonus: bool,
    /// Whether nothing is missing.
    pub(super) full: bool,
    pub(super) passed: Vec<String>,
    pub(super) failed: Vec<CheckView>,
    /// Checks of which the same is to be said, and nothing more.
    pub(super) alike: Vec<Alike>,
    pub(super) hidden: Option<String>,
    pub(super) takeaway: Option<String>,
}

/// Checks that did not pass for the same plain reason.
#[derive(Debug, PartialEq)]
pub(super) struct Alike {
    pub(super) why: String,
    pub(super) names: Vec<String>,
}

impl SubmissionView {
    /// The submission with this number on its page.
    pub(super) fn new(report: &SubmissionReport, number: usize, audience: &mut Audience<'_, '_>) -> Self {
        let (printed, compiler) = match audience {
            Audience::Instructor(_) => (PRINTED, COMPILER),
            Audience::Student => (FOR_STUDENT, FOR_STUDENT),
        };
        let name = name(report);
        let score = report.score.map(|score| score.possible);
        let possible = report.grade.as_ref().map(|grade| grade.possible).or(score);
        let exercises = report
            .exercises
            .iter()
            .filter(|exercise| !exercise.checks.is_empty() || exercise.hidden.is_some());
        Self {
            id: (name != report.id).then(|| report.id.clone()),
            name,
            kind: kind(report.status),
            words: Row::from(report).words(),
            points: report.points().map(points),
            possible: possible.map(points).unwrap_or_default(),
            because: because(report, matches!(audience, Audience::Instructor(_))),
            submitted: submitted(report),
            excused: report.grade.as_ref().is_some_and(|grade| grade.excused),
            notes: notes(report),
            compiler: rendered(report, compiler),
            diagnoses: report.diagnoses.clone(),
            exercises: exercises
                .map(|exercise| ExerciseView::new(number, exercise, audience))
                .collect(),
            output: (!report.output.is_empty()).then(|| cut(&report.output, printed)),
            source: report.source.chars().take(12).collect(),
        }
    }
}

impl SubmissionView {
    /// The exercises in which nothing failed and no point is missing.
    pub(super) fn full(&self) -> impl Iterator<Item = &ExerciseView> {
        self.exercises.iter().filter(|exercise| exercise.is_faultless())
    }

    /// Whether there are such exercises.
    pub(super) fn has_full(&self) -> bool {
        self.full().next().is_some()
    }

    /// The others.
    pub(super) fn partial(&self) -> impl Iterator<Item = &ExerciseView> {
        self.exercises.iter().filter(|exercise| !exercise.is_faultless())
    }
}

fn because(report: &SubmissionReport, all: bool) -> Vec<String> {
    let Some(grade) = &report.grade else {
        return Vec::new();
    };
    let mut because = Vec::new();
    if let (Some(score), true) = (report.score, grade.late.is_some() || grade.adjustment.is_some()) {
        because.push(format!("{} points by the checks", points(score.earned)));
    }
    if let Some(late) = &grade.late {
        because.push(format!("−{} for being late: {}", points(late.penalty), late.why));
    }
    if let Some(adjustment) = &grade.adjustment {
        because.push(format!("adjusted by hand: {}", adjustment.comment));
        if let (true, Some(moved_from)) = (all, adjustment.moved_from) {
            because.push(format!(
                "the automatic score was {} when this was decided",
                points(moved_from)
            ));
        }
    }
    because
}

fn submitted(report: &SubmissionReport) -> Option<String> {
    let submitted = report.submitted.as_ref()?;
    let late = if submitted.late { ", late" } else { "" };
    Some(match &submitted.at {
        Some(at) => format!("handed in {} UTC{late}", minute(at)),
        None if submitted.late => "handed in late".to_owned(),
        None => return None,
    })
}

fn notes(report: &SubmissionReport) -> Vec<String> {
    let fault = report
        .fault
        .as_ref()
        .map(|fault| format!("Grading it again failed, this is its earlier grade: {fault}"));
    let problem = report.problem.clone();
    problem
        .into_iter()
        .chain(fault)
        .chain(report.notes.iter().cloned())
        .collect()
}

fn rendered(report: &SubmissionReport, longest: usize) -> Option<String> {
    let texts = report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.rendered.trim_end());
    let text = texts.collect::<Vec<_>>().join("\n\n");
    (!text.is_empty()).then(|| cut(&text, longest))
}

impl ExerciseView {
    fn new(number: usize, exercise: &ExerciseReport, audience: &mut Audience<'_, '_>) -> Self {
        let mut view = Self {
            title: exercise.title.clone(),
            earned: points(exercise.earned),
            possible: points(exercise.possible),
            bonus: exercise.bonus,
            full: exercise.earned >= exercise.possible,
            passed: Vec::new(),
            failed: Vec::new(),
            alike: Vec::new(),
            hidden: exercise.hidden.clone(),
            takeaway: exercise.takeaway.clone(),
        };
        for check in &exercise.checks {
            match check.verdict {
                VerdictReport::Pass => view.passed.push(check.name.clone()),
                VerdictReport::Fail | VerdictReport::Error if said(check).contains('\n') => {
                    view.failed.push(CheckView::new(number, exercise, check, audience));
                }
                VerdictReport::Fail | VerdictReport::Error | VerdictReport::Skipped | VerdictReport::NotGraded => {
                    add(&mut view.alike, said(check), &check.name);
                }
            }
        }
        view
    }

    fn is_faultless(&self) -> bool {
        self.full && self.failed.is_empty() && self.alike.is_empty()
    }

    /// Whether some of its failures are not written in full here.
    pub(super) fn has_brief(&self) -> bool {
        self.failed.iter().any(|check| !matches!(check.body, Body::Full(_)))
    }
}

/// Adds a check to those of which the same is said.
fn add(alike: &mut Vec<Alike>, why: &str, name: &str) {
    match alike.iter_mut().find(|alike| alike.why == why) {
        Some(alike) => alike.names.push(name.to_owned()),
        None => alike.push(Alike {
            why: why.to_owned(),
            names: vec![name.to_owned()],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_which_the_same_is_said_stand_together() {
        let mut alike = Vec::new();
        for (why, name) in [("not implemented", "a"), ("skipped", "b"), ("not implemented", "c")] {
            add(&mut alike, why, name);
        }
        let names: Vec<&[String]> = alike.iter().map(|alike| &alike.names[..]).collect();
        assert_eq!(names, [&["a".to_owned(), "c".to_owned()][..], &["b".to_owned()]]);
    }
}
