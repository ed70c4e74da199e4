//! One submission in a line: what lists and summaries of a class say of it.

use serde::{Deserialize, Serialize};

use super::table::points;
use super::{CheckReport, GradeReport, ScoreReport, Status, StudentReport, SubmissionReport, VerdictReport};

/// One submission in a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The folder's name.
    pub id: String,
    /// What became of it.
    pub status: Status,
    /// Why it was not checked, if it was not, in one line.
    pub problem: Option<String>,
    /// Why the grader failed on it this time, when what is said here is from an earlier run.
    pub fault: Option<String>,
    /// What is odd about its folder.
    pub notes: Vec<String>,
    /// Nothing when the grader failed.
    pub score: Option<ScoreReport>,
    /// Points earned, in the order of the spec.
    pub exercises: Vec<f64>,
    /// The names of the labelled wrong solutions that it is in all checks.
    pub misconceptions: Vec<String>,
    /// How its calls ended that did not return: `8 timed out`.
    pub endings: Vec<String>,
    /// Who handed it in; put in when the run is read.
    #[serde(skip)]
    pub student: Option<StudentReport>,
    /// What counts; put in when the run is read. Without it, the score.
    #[serde(skip)]
    pub grade: Option<GradeReport>,
}

impl Row {
    /// Whether the grader failed on it.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.status == Status::NotGraded || self.fault.is_some()
    }

    /// Whether what is in it was made by grading.
    #[must_use]
    pub fn is_graded(&self) -> bool {
        self.status == Status::Graded
    }

    /// What counts: points earned, or nothing when there is no grade.
    #[must_use]
    pub fn points(&self) -> Option<f64> {
        match &self.grade {
            Some(grade) => grade.points,
            None => self.score.map(|score| score.earned),
        }
    }

    /// What became of it, and why what counts is not what the checks gave, in words.
    #[must_use]
    pub fn words(&self) -> String {
        [self.outcome()]
            .into_iter()
            .chain(self.marks())
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn marks(&self) -> Option<String> {
        let grade = self.grade.as_ref()?;
        match (&grade.late, &grade.adjustment) {
            _ if grade.excused => Some("excused".to_owned()),
            (_, Some(_)) => Some("adjusted".to_owned()),
            (Some(late), None) if late.penalty > 0.0 => Some(format!("late, -{}", points(late.penalty))),
            (Some(_), None) => Some("late".to_owned()),
            (None, None) => None,
        }
    }

    /// What became of it, whatever counts.
    pub(super) fn outcome(&self) -> String {
        match self.status {
            Status::Graded if self.endings.is_empty() => "graded".to_owned(),
            Status::Graded => format!("graded: {}", self.endings.join(", ")),
            Status::BuildFailed => "does not compile".to_owned(),
            Status::Unusable => "unusable".to_owned(),
            Status::NotGraded => "NOT GRADED".to_owned(),
        }
    }
}

impl From<&SubmissionReport> for Row {
    fn from(submission: &SubmissionReport) -> Self {
        let first = |problem: &String| problem.lines().next().unwrap_or_default().to_owned();
        Self {
            id: submission.id.clone(),
            status: submission.status,
            problem: submission.problem.as_ref().map(first),
            fault: submission.fault.clone(),
            notes: submission.notes.clone(),
            score: submission.score,
            exercises: submission.exercises.iter().map(|exercise| exercise.earned).collect(),
            misconceptions: misconceptions(submission),
            endings: endings(submission),
            student: submission.student.clone(),
            grade: submission.grade.clone(),
        }
    }
}

fn misconceptions(submission: &SubmissionReport) -> Vec<String> {
    let certain = submission.diagnoses.iter().filter(|diagnosis| diagnosis.certain);
    let mut names: Vec<String> = certain.map(|diagnosis| diagnosis.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn endings(submission: &SubmissionReport) -> Vec<String> {
    let words = [
        ("not_implemented", "not implemented"),
        ("panicked", "panics"),
        ("timed_out", "timed out"),
        ("out_of_memory", "out of memory"),
        ("crashed", "crashed"),
        ("exited", "exited"),
        ("refused", "refused"),
        ("bad_answer", "bad answers"),
    ];
    let checks = || submission.exercises.iter().flat_map(|exercise| &exercise.checks);
    let counts = words.iter().filter_map(|(kind, word)| {
        let ended = |check: &&CheckReport| check.outcome.as_ref().is_some_and(|outcome| outcome.kind == *kind);
        let count = checks()
            .filter(|check| check.verdict == VerdictReport::Error)
            .filter(ended)
            .count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    counts.collect()
}
