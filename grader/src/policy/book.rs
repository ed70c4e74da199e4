//! What a run knows beside its scores: who handed in and when, the policy, and the instructor's adjustments.

use std::collections::BTreeMap;

use grader_engine::spec::Grading;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Adjustment, Case, grade, points};
use crate::discover::{Student, Submission, Submitted};
use crate::report::{GradeReport, ScoreReport, StudentReport, SubmittedReport};

const SCHEMA: &str = "grader/book/v1";

/// What turns the scores of a run into what counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    schema: String,
    grading: Grading,
    pages: BTreeMap<String, Page>,
}

/// What is known of one submission.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    student: Option<StudentReport>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitted: Option<SubmittedReport>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    adjustment: Option<Adjustment>,
}

/// Why a book cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It is no book.
    #[error("{0}")]
    Damaged(#[from] serde_json::Error),
    /// It is another program's.
    #[error("it is a `{0}`, and this program reads `{SCHEMA}`")]
    Version(String),
    /// A moment in it is none.
    #[error("{id} was handed in at `{at}`, which is no moment")]
    Moment {
        /// The submission.
        id: String,
        /// What stands there.
        at: String,
    },
}

impl Default for Book {
    fn default() -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            grading: Grading::default(),
            pages: BTreeMap::new(),
        }
    }
}

impl Book {
    /// Reads a book.
    ///
    /// # Errors
    /// When it is damaged or of another version.
    pub fn from_json(json: &[u8]) -> Result<Self, BookError> {
        let book: Self = serde_json::from_slice(json)?;
        if book.schema != SCHEMA {
            return Err(BookError::Version(book.schema));
        }
        for (id, page) in &book.pages {
            let at = page.submitted.as_ref().and_then(|submitted| submitted.at.as_ref());
            if let Some(at) = at.filter(|at| at.parse::<Timestamp>().is_err()) {
                return Err(BookError::Moment {
                    id: id.clone(),
                    at: at.clone(),
                });
            }
        }
        Ok(book)
    }

    /// Takes in the policy.
    pub fn set_grading(&mut self, grading: &Grading) {
        self.grading = grading.clone();
    }

    /// Takes in who handed in a submission and when. What is not known this time stays as it was.
    pub fn note(&mut self, submission: &Submission) {
        if submission.student.is_none() && submission.submitted.is_none() {
            return;
        }
        let page = self.pages.entry(submission.id.clone()).or_default();
        if let Some(student) = &submission.student {
            page.student = Some(student_report(student));
        }
        if let Some(submitted) = &submission.submitted {
            page.submitted = Some(submitted_report(submitted));
        }
    }

    /// Takes in all adjustments there are; earlier ones are gone. An adjustment that was there before keeps the score that
    /// was seen with it, unless the new one names another.
    pub fn adjust(&mut self, adjustments: BTreeMap<String, Adjustment>) {
        let mut before: BTreeMap<String, Adjustment> = BTreeMap::new();
        for (id, page) in &mut self.pages {
            before.extend(page.adjustment.take().map(|adjustment| (id.clone(), adjustment)));
        }
        for (id, mut adjustment) in adjustments {
            let same = before
                .get(&id)
                .filter(|before| before.award == adjustment.award && before.comment == adjustment.comment);
            adjustment.seen = adjustment.seen.or(same.and_then(|before| before.seen));
            self.pages.entry(id).or_default().adjustment = Some(adjustment);
        }
        self.pages.retain(|_, page| *page != Page::default());
    }

    /// How many submissions are adjusted.
    #[must_use]
    pub fn adjusted(&self) -> usize {
        self.pages.values().filter(|page| page.adjustment.is_some()).count()
    }

    /// Remembers the first score that there is beside an adjustment.
    pub fn see(&mut self, id: &str, score: Option<ScoreReport>) {
        let adjustment = self.pages.get_mut(id).and_then(|page| page.adjustment.as_mut());
        if let Some(adjustment) = adjustment {
            adjustment.seen = adjustment.seen.or(score.map(|score| points(score.earned)));
        }
    }

    /// Who handed a submission in.
    #[must_use]
    pub fn student(&self, id: &str) -> Option<&StudentReport> {
        self.pages.get(id)?.student.as_ref()
    }

    /// When a submission was handed in.
    #[must_use]
    pub fn submitted(&self, id: &str) -> Option<&SubmittedReport> {
        self.pages.get(id)?.submitted.as_ref()
    }

    /// What counts of a submission.
    #[must_use]
    pub fn grade(&self, id: &str, score: Option<ScoreReport>, possible: f64) -> Option<GradeReport> {
        let page = self.pages.get(id);
        let case = Case {
            score,
            possible,
            submitted: self.submitted(id),
            adjustment: page.and_then(|page| page.adjustment.as_ref()),
        };
        grade(case, &self.grading)
    }
}

fn student_report(student: &Student) -> StudentReport {
    StudentReport {
        name: student.name.clone(),
        id: student.id.clone(),
        email: student.email.clone(),
    }
}

fn submitted_report(submitted: &Submitted) -> SubmittedReport {
    let moment = submitted.at.and_then(|at| Timestamp::from_second(at).ok());
    SubmittedReport {
        at: moment.map(|moment| moment.to_string()),
        late: submitted.late,
        source: submitted.source.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Award;
    use super::*;
    use grader_engine::Points;

    fn adjustment(points: u32, seen: Option<u32>) -> BTreeMap<String, Adjustment> {
        let adjustment = Adjustment {
            award: Award::Points(Points::hundredths(points)),
            comment: "c".to_owned(),
            seen: seen.map(Points::hundredths),
        };
        [("ada".to_owned(), adjustment)].into()
    }

    fn score(earned: f64) -> Option<ScoreReport> {
        Some(ScoreReport { earned, possible: 10.0 })
    }

    fn moved(book: &Book, earned: f64) -> Option<f64> {
        book.grade("ada", score(earned), 10.0)
            .unwrap()
            .adjustment
            .unwrap()
            .moved_from
    }

    #[test]
    fn the_score_at_first_sight_is_remembered_as_long_as_the_adjustment_is_the_same() {
        let mut book = Book::default();
        book.adjust(adjustment(900, None));
        book.see("ada", None);
        book.see("ada", score(7.0));
        book.see("ada", score(6.0));
        assert_eq!((moved(&book, 7.0), moved(&book, 6.0)), (None, Some(7.0)));
        book.adjust(adjustment(900, None));
        book.see("ada", score(6.0));
        assert_eq!(moved(&book, 6.0), Some(7.0));
        book.adjust(adjustment(950, None));
        book.see("ada", score(6.0));
        assert_eq!(moved(&book, 6.0), None);
        book.adjust(adjustment(950, Some(500)));
        assert_eq!(moved(&book, 6.0), Some(5.0));
        book.adjust(BTreeMap::new());
        assert_eq!((book.adjusted(), &book), (0, &Book::default()));
    }

    #[test]
    fn grading_again_never_forgets_who_and_when() {
        let mut submission = Submission {
            id: "ada".to_owned(),
            source: Ok("ada".into()),
            notes: Vec::new(),
            student: Some(Student {
                name: Some("Ada".to_owned()),
                ..Student::default()
            }),
            submitted: Some(Submitted {
                at: Some(0),
                late: true,
                source: "commit".to_owned(),
            }),
        };
        let mut book = Book::default();
        book.note(&submission);
        let before = book.clone();
        (submission.student, submission.submitted) = (None, None);
        book.note(&submission);
        assert_eq!(book, before);
        assert_eq!(
            book.submitted("ada").unwrap().at.as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
        assert_eq!(book.student("bob"), None);
    }

    #[test]
    fn a_book_is_read_as_it_was_written_and_nothing_else_is() {
        let mut book = Book::default();
        book.set_grading(&serde_yaml::from_str("{ due: 2026-12-01T23:59:00Z, bonus_cap: 1.5 }").unwrap());
        book.adjust(adjustment(900, Some(7)));
        let json = serde_json::to_string(&book).unwrap();
        assert_eq!(Book::from_json(json.as_bytes()).unwrap(), book);
        for (from, to) in [
            ("/v1", "/v2"),
            ("pages", "sheets"),
            ("0.07", "-1"),
            ("0.07", "1e999"),
            ("}", ""),
        ] {
            assert!(json.contains(from), "{json}");
            assert!(
                Book::from_json(json.replacen(from, to, 1).as_bytes()).is_err(),
                "{from} {to}"
            );
        }
        let odd = r#"{"schema":"grader/book/v1","grading":{},"pages":{"ada":{"submitted":{"at":"soon","late":false,"source":""}}}}"#;
        let error = Book::from_json(odd.as_bytes()).unwrap_err().to_string();
        assert_eq!(error, "ada was handed in at `soon`, which is no moment");
    }
}
