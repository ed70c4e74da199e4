//! A run: what is known of a class, what is added to it, and the report of it all.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::journal::{Finished, Journal};
use super::replace_with;
use crate::report::{Header, Row, Status, SubmissionReport};

/// The results of a class, in a folder.
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    journal: Journal,
    header: Header,
}

impl Run {
    /// Opens the run in a folder, or begins one. Nobody else may be writing to it.
    ///
    /// # Errors
    /// When the journal in it cannot be read or written, or is being written.
    pub fn open(folder: &Path, header: Header) -> io::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            journal: Journal::open(folder)?,
            header,
        })
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
        self.journal.add(finished)
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
        Ok(serde_json::from_slice(&self.journal.report(id)?)?)
    }

    /// Ends the run: `report.json` is of these submissions. Whoever reads it sees the old report or the new one, never
    /// half of one.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn end(&mut self, ids: &[&str]) -> io::Result<()> {
        self.journal.end(&self.header)?;
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
            to.write_all(&self.journal.report(id)?)?;
        }
        writeln!(to, "\n],\"measured\":{{}}}}")?;
        to.flush()
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
        let mut report = self.report(&finished.row.id)?;
        report.fault = Some(finished.row.problem.clone().unwrap_or_default());
        Finished::new(key, false, &report).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::{ReceiptReport, ScoreReport};

    fn header() -> Header {
        Header {
            schema: "grader/report/v1".to_owned(),
            assignment: "Small".to_owned(),
            receipt: ReceiptReport {
                grader: String::new(),
                spec: String::new(),
                contract: String::new(),
                reference: String::new(),
                toolchain: String::new(),
                seed: 1,
                secret_seed: String::new(),
                sandbox: String::new(),
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
}
