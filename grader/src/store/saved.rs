//! A run that has ended, as `report.json` has it: read and never written.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Results;
use crate::report::{ExerciseHeader, Header, ReceiptReport, Row, SubmissionReport};

/// A finished run.
#[derive(Debug)]
pub struct Saved {
    header: Header,
    /// Each report as it stands in the file.
    reports: BTreeMap<String, Box<RawValue>>,
    /// Whether a later run has begun in the folder and not ended.
    overtaken: bool,
}

/// Why there is no finished run: the instructor's to mend.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// There is nothing.
    #[error("{0} does not exist; name the folder that was given to `grader grade --out`, or a report.json")]
    Missing(PathBuf),
    /// There is a journal and no report.
    #[error("the run in {0} has not ended; the same `grader grade` command as before goes on from there")]
    Underway(PathBuf),
    /// There is neither.
    #[error("{0} holds no report.json; name the folder that was given to `grader grade --out`")]
    NoRun(PathBuf),
    /// It is no report.
    #[error("{file} is damaged, or no report of this version of grader: {why}")]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Why, and where in it.
        why: String,
    },
    /// It cannot be read.
    #[error("cannot read {0}")]
    Unreadable(#[from] io::Error),
}

/// [`crate::report::Report`], with its submissions unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    assignment: String,
    receipt: ReceiptReport,
    exercises: Vec<ExerciseHeader>,
    notes: Vec<String>,
    submissions: Vec<Box<RawValue>>,
    #[serde(rename = "measured")]
    _measured: BTreeMap<String, f64>,
}

impl Saved {
    /// Opens a run folder, or a `report.json`.
    ///
    /// # Errors
    /// When there is no finished run, or what there is is damaged.
    pub fn open(path: &Path) -> Result<Self, SavedError> {
        let (folder, file) = if path.is_dir() {
            (Some(path), path.join("report.json"))
        } else {
            (None, path.to_owned())
        };
        let text = fs::read(&file).map_err(|error| match (error.kind(), folder) {
            (io::ErrorKind::NotFound, None) => SavedError::Missing(file.clone()),
            (io::ErrorKind::NotFound, Some(folder)) if journal(folder).exists() => {
                SavedError::Underway(folder.to_owned())
            }
            (io::ErrorKind::NotFound, Some(folder)) => SavedError::NoRun(folder.to_owned()),
            (_, _) => SavedError::Unreadable(error),
        })?;
        let overtaken = folder.map_or(Ok(false), |folder| is_underway(&journal(folder)))?;
        let damaged = |why: String| SavedError::Damaged {
            file: file.clone(),
            why,
        };
        Self::read(&text, overtaken).map_err(damaged)
    }

    /// Whether a later run has begun in the folder and not ended.
    #[must_use]
    pub fn is_overtaken(&self) -> bool {
        self.overtaken
    }

    /// The ids of its submissions, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.reports.keys().map(String::as_str)
    }

    /// All of it is looked through, so that what is damaged is told before anything is written.
    fn read(text: &[u8], overtaken: bool) -> Result<Self, String> {
        let file: File = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let header = Header {
            schema: file.schema,
            assignment: file.assignment,
            receipt: file.receipt,
            exercises: file.exercises,
            notes: file.notes,
        };
        let mut reports = BTreeMap::new();
        for raw in file.submissions {
            let report: SubmissionReport = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
            if reports.insert(report.id.clone(), raw).is_some() {
                return Err(format!("it has two submissions {:?}", report.id));
            }
        }
        if header.schema == crate::report::SCHEMA {
            Ok(Self {
                header,
                reports,
                overtaken,
            })
        } else {
            Err(format!("its schema is {:?}", header.schema))
        }
    }

    fn raw(&self, id: &str) -> io::Result<&RawValue> {
        let raw = self.reports.get(id).map(|raw| &**raw);
        raw.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("there is no submission {id}")))
    }
}

impl Results for Saved {
    fn header(&self) -> &Header {
        &self.header
    }

    fn row(&mut self, id: &str) -> io::Result<Row> {
        Ok(Row::from(&self.report(id)?))
    }

    fn report(&mut self, id: &str) -> io::Result<SubmissionReport> {
        Ok(serde_json::from_str(self.raw(id)?.get())?)
    }

    fn write(&mut self, ids: &[&str], to: &mut dyn Write) -> io::Result<()> {
        let header = serde_json::to_string(&self.header)?;
        let open = header.strip_suffix('}').unwrap_or(&header);
        write!(to, "{},\"submissions\":[", open)?;
        for (number, id) in ids.iter().enumerate() {
            let gap = if number == 0 { "\n" } else { ",\n" };
            write!(to, "{gap}{}", self.raw(id)?.get())?;
        }
        writeln!(to, "\n],\"measured\":{{}}}}")?;
        to.flush()
    }
}

fn journal(folder: &Path) -> PathBuf {
    folder.join("journal.jsonl")
}

/// Whether the last line of a journal is another than that the run has ended.
fn is_underway(journal: &Path) -> io::Result<bool> {
    const END: &[u8] = b"\"ended\"\n";
    let mut file = match fs::File::open(journal) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END.len() as u64)))?;
    let mut last = Vec::new();
    file.take(END.len() as u64).read_to_end(&mut last)?;
    Ok(length > 0 && last != END)
}
