//! A run: what is known of a class, what is added to it, and the report of it all.
//!
//! The journal keeps what came of grading. Who handed in, when, and what counts stands in `book.json` and is put in when the
//! run is read, so that a changed roster, policy or adjustment grades nothing again.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use grader_engine::Points;
use serde::Serialize;

use super::journal::{Finished, Journal};
use super::{replace, replace_with};
use crate::policy::{Book, points};
use crate::report::{GradeReport, Header, Row, Status, StudentReport, SubmissionReport, SubmittedReport};

/// The file of the book.
const BOOK: &str = "book.json";

/// The results of a class, in a folder.
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    journal: Journal,
    header: Header,
    book: Book,
}

/// What is put into a report when it is read: the last fields of a [`SubmissionReport`].
#[derive(Serialize)]
struct Added<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    student: Option<&'a StudentReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted: Option<&'a SubmittedReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<GradeReport>,
}

impl Run {
    /// Opens the run in a folder, or begins one. Nobody else may be writing to it.
    ///
    /// # Errors
    /// When the journal in it cannot be read or written, or is being written, or the book in it cannot be read.
    pub fn open(folder: &Path, header: Header) -> io::Result<Self> {
        let mut run = Self {
            folder: folder.to_owned(),
            journal: Journal::open(folder)?,
            header,
            book: read_book(&folder.join(BOOK))?,
        };
        run.settle();
        Ok(run)
    }

    /// What turns scores into what counts.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Goes on with another book; when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written; then nothing has changed.
    pub fn keep(&mut self, mut book: Book) -> io::Result<()> {
        for (id, entry) in self.journal.entries() {
            book.see(id, entry.row.score);
        }
        if book != self.book {
            replace(&self.folder.join(BOOK), &serde_json::to_vec(&book)?)?;
            self.book = book;
            self.settle();
        }
        Ok(())
    }

    /// What a report says of the run as a whole.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What is wrong with what was found, in a sentence.
    #[must_use]
    pub fn damage(&self) -> Option<String> {
        self.journal.damage()
    }

    /// The ids and keys of the results that need not be made again. One that may come out differently another time is
    /// such a result only until its run has ended.
    #[must_use]
    pub fn known(&self) -> BTreeSet<(String, String)> {
        let entries = self.journal.entries().iter();
        let standing = entries.filter(|(_, entry)| (entry.settled || entry.underway) && !entry.row.is_fault());
        standing.map(|(id, entry)| (id.clone(), entry.key.clone())).collect()
    }

    /// The ids of all results there are, each with whether it is of the run with this key.
    pub fn ids(&self, run: &str) -> impl Iterator<Item = (&str, bool)> {
        let is_of = move |key: &str| key.split(':').next() == Some(run);
        let entries = self.journal.entries().iter();
        entries.map(move |(id, entry)| (id.as_str(), is_of(&entry.key)))
    }

    /// Adds a result; when this returns, it is on the disk. A fault of ours does not replace a grade.
    ///
    /// # Errors
    /// When it cannot be written; then nothing has changed.
    pub fn add(&mut self, finished: Finished) -> io::Result<()> {
        let finished = match self.earlier(&finished)? {
            Some(earlier) => earlier,
            None => finished,
        };
        self.journal.begin(&self.header)?;
        let id = finished.row.id.clone();
        self.journal.add(finished)?;
        let possible = self.possible();
        if let Some(row) = self.journal.row_mut(&id) {
            settle(row, &self.book, possible);
        }
        Ok(())
    }

    /// The line of a submission.
    #[must_use]
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.journal.entries().get(id).map(|entry| &entry.row)
    }

    /// The report of a submission.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn report(&mut self, id: &str) -> io::Result<SubmissionReport> {
        let mut report = self.journaled(id)?;
        report.student = self.book.student(id).cloned();
        report.submitted = self.book.submitted(id).cloned();
        report.grade = self.row(id).and_then(|row| row.grade.clone());
        Ok(report)
    }

    fn journaled(&mut self, id: &str) -> io::Result<SubmissionReport> {
        Ok(serde_json::from_slice(&self.journal.report(id)?)?)
    }

    /// Ends the run: `report.json` is of these submissions. Whoever reads it sees the old report or the new one, never
    /// half of one.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn end(&mut self, ids: &[&str]) -> io::Result<()> {
        self.journal.end(&self.header)?;
        // Of what was adjusted before there was a score, the first one is known now.
        self.keep(self.book.clone())?;
        let file = self.folder.join("report.json");
        replace_with(&file, |new| self.write(ids, &mut io::BufWriter::new(new)))?;
        if ids.iter().any(|id| self.row(id).is_some_and(Row::is_fault)) {
            // Nothing that was graded once is thrown away while it could be of use.
            return Ok(());
        }
        self.journal.compact()
    }

    /// Writes the report on these submissions, in their order: a [`crate::report::Report`], one submission to a line.
    ///
    /// # Errors
    /// When a report cannot be read, or nothing can be written.
    pub fn write(&mut self, ids: &[&str], to: &mut dyn Write) -> io::Result<()> {
        let header = serde_json::to_string(&self.header)?;
        let open = header.strip_suffix('}').unwrap_or(&header);
        write!(to, "{open},\"submissions\":[")?;
        for (number, id) in ids.iter().enumerate() {
            to.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            self.write_report(id, to)?;
        }
        writeln!(to, "\n],\"measured\":{{}}}}")?;
        to.flush()
    }

    /// Writes a report as it lies in the journal, with what is added to it before its end.
    fn write_report(&mut self, id: &str, to: &mut dyn Write) -> io::Result<()> {
        let report = self.journal.report(id)?;
        let added = serde_json::to_vec(&Added {
            student: self.book.student(id),
            submitted: self.book.submitted(id),
            grade: self.row(id).and_then(|row| row.grade.clone()),
        })?;
        match (report.strip_suffix(b"}"), added.strip_prefix(b"{")) {
            (Some(report), Some(added)) if added.len() > 1 => {
                to.write_all(report)?;
                to.write_all(b",")?;
                to.write_all(added)
            }
            _ => to.write_all(&report),
        }
    }

    /// Says in each row what counts.
    fn settle(&mut self) {
        let possible = self.possible();
        for row in self.journal.rows_mut() {
            settle(row, &self.book, possible);
        }
    }

    fn possible(&self) -> f64 {
        let exercises = self.header.exercises.iter().filter(|exercise| !exercise.bonus);
        let sum: Points = exercises.map(|exercise| points(exercise.possible)).sum();
        sum.as_f64()
    }

    /// The earlier grade of a submission, with why there is no new one, if that is so.
    fn earlier(&mut self, finished: &Finished) -> io::Result<Option<Finished>> {
        let Some(entry) = self.journal.entries().get(&finished.row.id) else {
            return Ok(None);
        };
        let stands = entry.row.status != Status::NotGraded && entry.row.exercises.len() == finished.row.exercises.len();
        if finished.row.status != Status::NotGraded || !stands {
            return Ok(None);
        }
        let key = entry.key.clone();
        let mut report = self.journaled(&finished.row.id)?;
        report.fault = Some(finished.row.problem.clone().unwrap_or_default());
        Finished::new(key, false, &report).map(Some)
    }
}

fn settle(row: &mut Row, book: &Book, possible: f64) {
    let possible = row.score.map_or(possible, |score| score.possible);
    row.student = book.student(&row.id).cloned();
    row.grade = book.grade(&row.id, row.score, possible);
}

fn read_book(file: &Path) -> io::Result<Book> {
    let json = match fs_err::read(file) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Book::default()),
        Err(error) => return Err(error),
    };
    Book::from_json(&json).map_err(|error| {
        io::Error::other(format!(
            "{} cannot be read: {error}; it holds adjustments and hand-in times, which come again from where they came from \
             when it is removed",
            file.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::discover::{Student, Submission, Submitted};
    use crate::policy::{Adjustment, Award};
    use crate::report::{ReceiptReport, ScoreReport};

    fn header() -> Header {
        Header {
            schema: "grader/report/v1".to_owned(),
            assignment: "Small".to_owned(),
            receipt: ReceiptReport {
                seed: 1,
                ..ReceiptReport::default()
            },
            exercises: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn report(status: Status, earned: Option<f64>) -> SubmissionReport {
        SubmissionReport {
            id: "alice".to_owned(),
            status,
            problem: (status == Status::NotGraded).then(|| "the disk is full".to_owned()),
            fault: None,
            notes: Vec::new(),
            source: String::new(),
            score: earned.map(|earned| ScoreReport { earned, possible: 10.0 }),
            exercises: Vec::new(),
            diagnoses: Vec::new(),
            diagnostics: Vec::new(),
            output: String::new(),
            measured: BTreeMap::new(),
            places: BTreeMap::new(),
            student: None,
            submitted: None,
            grade: None,
        }
    }

    fn add(run: &mut Run, key: &str, report: &SubmissionReport) {
        run.add(Finished::new(key.to_owned(), true, report).unwrap()).unwrap();
    }

    #[test]
    fn a_fault_of_ours_does_not_replace_a_grade() {
        let folder = tempfile::tempdir().unwrap();
        let mut run = Run::open(folder.path(), header()).unwrap();
        add(&mut run, "run:1", &report(Status::Graded, Some(7.0)));
        add(&mut run, "run:2", &report(Status::NotGraded, None));
        run.end(&["alice"]).unwrap();
        drop(run);
        for again in 0..2 {
            let mut run = Run::open(folder.path(), header()).unwrap();
            let row = run.row("alice").unwrap();
            assert!(row.is_fault() && run.known().is_empty(), "{again}");
            assert_eq!(row.score.map(|score| score.earned), Some(7.0));
            assert_eq!(run.report("alice").unwrap().fault.as_deref(), Some("the disk is full"));
            add(&mut run, "run:2", &report(Status::NotGraded, None));
        }
        let mut run = Run::open(folder.path(), header()).unwrap();
        add(&mut run, "run:2", &report(Status::Graded, Some(8.0)));
        assert_eq!(run.known().len(), 1);
        assert_eq!(run.report("alice").unwrap().fault, None);
    }

    #[test]
    fn a_fault_is_replaced_by_whatever_comes_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut run = Run::open(folder.path(), header()).unwrap();
        add(&mut run, "run:1", &report(Status::NotGraded, None));
        assert!(run.known().is_empty());
        add(&mut run, "run:1", &report(Status::BuildFailed, Some(0.0)));
        assert_eq!(run.known().len(), 1);
    }

    #[test]
    fn a_compacted_journal_says_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let written = |run: &mut Run| {
            let mut text = Vec::new();
            run.write(&["alice"], &mut text).unwrap();
            text
        };
        let mut run = Run::open(folder.path(), header()).unwrap();
        (0..5).for_each(|number| add(&mut run, "run:1", &report(Status::Graded, Some(f64::from(number)))));
        let size = || fs_err::metadata(folder.path().join("journal.jsonl")).unwrap().len();
        let long = size();
        run.end(&["alice"]).unwrap();
        assert!(size() < long / 2);
        let text = written(&mut run);
        drop(run);
        let mut run = Run::open(folder.path(), header()).unwrap();
        assert_eq!(written(&mut run), text);
        assert_eq!(fs_err::read(folder.path().join("report.json")).unwrap(), text);
        assert_eq!(run.known().len(), 1);
        let report: crate::report::Report = serde_json::from_slice(&text).unwrap();
        assert_eq!(report.submissions[0].score.unwrap().earned, 4.0);
    }

    fn adjusted(points: u32) -> BTreeMap<String, Adjustment> {
        let adjustment = Adjustment {
            award: Award::Points(Points::hundredths(points)),
            comment: "by hand".to_owned(),
            seen: None,
        };
        [("alice".to_owned(), adjustment)].into()
    }

    #[test]
    fn what_counts_is_put_in_when_the_run_is_read_and_never_journaled() {
        let folder = tempfile::tempdir().unwrap();
        let journal = || fs_err::read(folder.path().join("journal.jsonl")).unwrap();
        let mut run = Run::open(folder.path(), header()).unwrap();
        add(&mut run, "run:1", &report(Status::Graded, Some(7.0)));
        let plain = {
            run.end(&["alice"]).unwrap();
            journal()
        };
        let mut book = run.book().clone();
        book.note(&Submission {
            id: "alice".to_owned(),
            source: Ok(PathBuf::new()),
            notes: Vec::new(),
            student: Some(Student::default()),
            submitted: Some(Submitted {
                at: Some(0),
                late: true,
                source: "name".to_owned(),
            }),
        });
        book.adjust(adjusted(900));
        run.keep(book).unwrap();
        drop(run);

        let mut run = Run::open(folder.path(), header()).unwrap();
        assert_eq!(run.row("alice").unwrap().points(), Some(9.0));
        let alice = run.report("alice").unwrap();
        assert_eq!((alice.points(), alice.student.is_some()), (Some(9.0), true));
        run.end(&["alice"]).unwrap();
        let text = fs_err::read(folder.path().join("report.json")).unwrap();
        let whole: crate::report::Report = serde_json::from_slice(&text).unwrap();
        assert_eq!(whole.submissions, [alice]);
        assert_eq!(journal(), plain);

        // A grade that outlives a fault of ours is journaled as it was, too.
        add(&mut run, "run:2", &report(Status::NotGraded, None));
        assert_eq!(run.report("alice").unwrap().points(), Some(9.0));
        assert!(!String::from_utf8(journal()).unwrap().contains("by hand"));
    }

    #[test]
    fn an_adjustment_that_came_before_any_score_knows_the_first_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut run = Run::open(folder.path(), header()).unwrap();
        let mut book = run.book().clone();
        book.adjust(adjusted(900));
        run.keep(book).unwrap();
        let mut moved = Vec::new();
        for (key, earned) in [("run:1", 7.0), ("run:2", 6.0), ("run:3", 7.0)] {
            add(&mut run, key, &report(Status::Graded, Some(earned)));
            run.end(&["alice"]).unwrap();
            moved.push(
                run.report("alice")
                    .unwrap()
                    .grade
                    .unwrap()
                    .adjustment
                    .unwrap()
                    .moved_from,
            );
        }
        assert_eq!(moved, [None, Some(7.0), None]);
    }

    #[test]
    fn a_damaged_book_is_an_error_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [
            &b"{"[..],
            b"",
            b"\xff",
            b"[]",
            b"{\"schema\":\"grader/book/v2\",\"grading\":{},\"pages\":{}}",
        ] {
            fs_err::write(folder.path().join(BOOK), bytes).unwrap();
            let error = Run::open(folder.path(), header()).unwrap_err().to_string();
            assert!(error.contains("book.json cannot be read"), "{error}");
            assert_eq!(fs_err::read(folder.path().join(BOOK)).unwrap(), bytes);
        }
    }
}
