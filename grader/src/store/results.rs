//! Results that can be shown: those of a run underway, and those of one that was saved.

use std::io::{self, Write};

use super::Run;
use crate::report::{Header, Row, SubmissionReport};

/// Finished results, by the submissions' ids.
pub trait Results {
    /// What is said of the run as a whole.
    fn header(&self) -> &Header;

    /// A submission in a line.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    fn row(&mut self, id: &str) -> io::Result<Row>;

    /// The report of a submission.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    fn report(&mut self, id: &str) -> io::Result<SubmissionReport>;

    /// Writes the report on these submissions, in their order: a [`crate::report::Report`].
    ///
    /// # Errors
    /// When a report cannot be read, or nothing can be written.
    fn write(&mut self, ids: &[&str], to: &mut dyn Write) -> io::Result<()>;
}

impl Results for Run {
    fn header(&self) -> &Header {
        self.header()
    }

    fn row(&mut self, id: &str) -> io::Result<Row> {
        let row = Self::row(self, id).cloned();
        row.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("there is no submission {id}")))
    }

    fn report(&mut self, id: &str) -> io::Result<SubmissionReport> {
        self.report(id)
    }

    fn write(&mut self, ids: &[&str], to: &mut dyn Write) -> io::Result<()> {
        self.write(ids, to)
    }
}
