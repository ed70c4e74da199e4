//! `journal.jsonl`: a line when a run begins, one per finished submission, one when all are.
//!
//! Lines are only ever added, each of them synced, so that whatever ends the grader leaves whole lines and at most one that
//! is torn. A line that cannot be read is told and counts for nothing. Reports stay in the file; what is held in memory of
//! a submission is its line in a list.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::report::{Header, Row, SubmissionReport};

/// What one line says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line<R> {
    /// A run begins.
    Begun(Header),
    /// A submission is finished.
    Graded(Graded<R>),
    /// The run has come to its end.
    Ended,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Graded<R> {
    key: String,
    settled: bool,
    row: Row,
    report: R,
}

/// A finished submission.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The hash of all that the result depends on.
    pub(super) key: String,
    /// Whether it can be expected to come to the same again.
    pub(super) settled: bool,
    /// Whether it is of a run that has not ended.
    pub(super) underway: bool,
    pub(super) row: Row,
    /// Where its report is in the file.
    report: Range<u64>,
}

/// The journal of a run folder.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    /// The last header in it.
    header: Option<Header>,
    /// Whether the last run in it has ended.
    ended: bool,
    /// The last line of each submission.
    entries: BTreeMap<String, Entry>,
    /// Whether there are lines that others have replaced.
    replaced: bool,
    /// The numbers of the lines that cannot be read.
    damaged: Vec<usize>,
}

/// A result on its way into the journal.
#[derive(Debug)]
pub struct Finished {
    /// The hash of all that it depends on.
    pub key: String,
    /// Whether it can be expected to come to the same again.
    pub settled: bool,
    /// The submission's line in a list.
    pub row: Row,
    /// The submission's report, as JSON.
    pub report: Box<RawValue>,
}

impl Finished {
    /// A submission's result.
    ///
    /// # Errors
    /// When the report has no JSON, which no report has.
    pub fn new(key: String, settled: bool, report: &SubmissionReport) -> io::Result<Self> {
        Ok(Self {
            key,
            settled,
            row: report.into(),
            report: serde_json::value::to_raw_value(report)?,
        })
    }
}

impl Journal {
    /// Opens the journal in a folder, or begins one. Nobody else may be writing to it.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join("journal.jsonl");
        let options = OpenOptions::new().read(true).append(true).create(true).clone();
        let file = options.open(&path).map_err(|error| named(&path, &error))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other(format!("another grader is writing to {}", folder.display())),
            TryLockError::Error(error) => named(&path, &error),
        })?;
        let mut journal = Self {
            path,
            file,
            length: 0,
            header: None,
            ended: false,
            entries: BTreeMap::new(),
            replaced: false,
            damaged: Vec::new(),
        };
        journal.read().map_err(|error| named(&journal.path, &error))?;
        Ok(journal)
    }

    pub(super) fn entries(&self) -> &BTreeMap<String, Entry> {
        &self.entries
    }

    /// The lines of all submissions in a list. What is changed in them stays in memory.
    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.entries.values_mut().map(|entry| &mut entry.row)
    }

    pub(super) fn row_mut(&mut self, id: &str) -> Option<&mut Row> {
        self.entries.get_mut(id).map(|entry| &mut entry.row)
    }

    /// The lines that cannot be read, if there are such, in a sentence.
    pub(super) fn damage(&self) -> Option<String> {
        const SHOWN: usize = 5;
        let shown: Vec<String> = self.damaged.iter().take(SHOWN).map(ToString::to_string).collect();
        (!shown.is_empty()).then(|| {
            let more = if self.damaged.len() > SHOWN { " and more" } else { "" };
            format!(
                "{} is damaged; what it says in line {}{more} is graded again",
                self.path.display(),
                shown.join(", ")
            )
        })
    }

    /// Says that a run with this header is underway, unless that is the last thing said.
    pub(super) fn begin(&mut self, header: &Header) -> io::Result<()> {
        if !self.ended && self.header.as_ref() == Some(header) {
            return Ok(());
        }
        self.append(&Line::<()>::Begun(header.clone()))?;
        self.header = Some(header.clone());
        self.ended = false;
        self.entries.values_mut().for_each(|entry| entry.underway = false);
        Ok(())
    }

    /// Adds a result; when this returns, it is on the disk.
    pub(super) fn add(&mut self, finished: Finished) -> io::Result<()> {
        let Finished {
            key,
            settled,
            row,
            report,
        } = finished;
        let length = report.get().len();
        let line = Line::Graded(Graded {
            key: key.clone(),
            settled,
            row: row.clone(),
            report,
        });
        let end = self.append(&line)?;
        let entry = Entry {
            key,
            settled,
            underway: true,
            report: before_the_end(end, length),
            row,
        };
        self.insert(entry);
        Ok(())
    }

    /// Says that the run with this header has come to its end, unless that is the last thing said.
    pub(super) fn end(&mut self, header: &Header) -> io::Result<()> {
        if self.ended && self.header.as_ref() == Some(header) {
            return Ok(());
        }
        self.begin(header)?;
        self.append(&Line::<()>::Ended)?;
        self.ended = true;
        Ok(())
    }

    /// The report of a submission, as JSON.
    pub(super) fn report(&mut self, id: &str) -> io::Result<Vec<u8>> {
        let Some(entry) = self.entries.get(id) else {
            return Err(io::Error::other(format!("{} has no {id}", self.path.display())));
        };
        let mut bytes = vec![0; usize::try_from(entry.report.end - entry.report.start).unwrap_or(usize::MAX)];
        self.file.seek(SeekFrom::Start(entry.report.start))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Leaves out the lines that others have replaced.
    pub(super) fn compact(&mut self) -> io::Result<()> {
        if !self.replaced && self.damaged.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = self.entries.keys().cloned().collect();
        let path = self.path.clone();
        super::replace_with(&path, |new| {
            let header = self.header.clone();
            header.map_or(Ok(()), |header| write_line(new, &Line::<()>::Begun(header)).map(drop))?;
            for id in ids {
                let report = self.report(&id)?;
                let entry = &self.entries[&id];
                let line = Line::Graded(Graded {
                    key: entry.key.clone(),
                    settled: entry.settled,
                    row: entry.row.clone(),
                    report: serde_json::from_slice::<&RawValue>(&report)?,
                });
                write_line(new, &line)?;
            }
            write_line(new, &Line::<()>::Ended).map(drop)
        })
    }

    fn read(&mut self) -> io::Result<()> {
        let mut reader = BufReader::new(self.file.try_clone()?);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let length = reader.read_until(b'\n', &mut line)? as u64;
            if !line.ends_with(b"\n") {
                // Torn, or nothing at all: the next line takes its place.
                return self.file.set_len(self.length);
            }
            self.length += length;
            self.note(&line, number);
        }
        Ok(())
    }

    /// Takes in a line that ends at the present length.
    fn note(&mut self, line: &[u8], number: usize) {
        match serde_json::from_slice::<Line<&RawValue>>(line) {
            Ok(Line::Begun(header)) => {
                self.header = Some(header);
                self.ended = false;
                self.entries.values_mut().for_each(|entry| entry.underway = false);
            }
            Ok(Line::Graded(graded)) => self.insert(Entry {
                key: graded.key,
                settled: graded.settled,
                underway: true,
                row: graded.row,
                report: before_the_end(self.length, graded.report.get().len()),
            }),
            Ok(Line::Ended) => {
                self.ended = true;
                self.entries.values_mut().for_each(|entry| entry.underway = false);
            }
            Err(_) => self.damaged.push(number),
        }
    }

    fn insert(&mut self, entry: Entry) {
        self.replaced |= self.entries.insert(entry.row.id.clone(), entry).is_some();
    }

    /// Adds a line; gives where the file ends then. A line that could not be added is taken back.
    fn append<R: Serialize>(&mut self, line: &Line<R>) -> io::Result<u64> {
        let written = write_line(&mut self.file, line).and_then(|length| {
            self.file.sync_data()?;
            Ok(length)
        });
        match written {
            Ok(length) => {
                self.length += length;
                Ok(self.length)
            }
            Err(error) => {
                // What cannot be cut off now is a torn line to the next run.
                let _ = self.file.set_len(self.length);
                Err(named(&self.path, &error))
            }
        }
    }
}

/// `report` is the last field of the last object of a line.
const CLOSING: u64 = "}}\n".len() as u64;

fn before_the_end(end: u64, length: usize) -> Range<u64> {
    let end = end - CLOSING;
    end - length as u64..end
}

fn write_line<R: Serialize>(to: &mut impl Write, line: &Line<R>) -> io::Result<u64> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    to.write_all(&bytes)?;
    Ok(bytes.len() as u64)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
