//! A CSV file with a header -> rows of the columns that are asked for, in any order.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{DiscoverError, name, unreadable};

/// The most that is read.
const MAX_BYTES: u64 = 16 << 20;

/// What a file says.
pub(super) struct Sheet {
    /// The file's name.
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    /// Columns that nobody asked for.
    pub(super) unknown: Vec<String>,
}

/// One row.
pub(super) struct Row {
    pub(super) line: u64,
    /// In the order in which columns were asked for; what is empty is not there.
    pub(super) cells: Vec<Option<String>>,
}

impl Sheet {
    /// Reads these columns, the first of which must be there.
    ///
    /// # Errors
    /// When the file cannot be read, is no CSV, or lacks the column.
    pub(super) fn read(file: &Path, columns: &[&str]) -> Result<Self, DiscoverError> {
        let text = read_text(file)?;
        let first_line = text.lines().next().unwrap_or_default();
        let is_european = first_line.contains(';') && !first_line.contains(',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if is_european { b';' } else { b',' })
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| broken(file, &text, &error))?.clone();
        let header: Vec<String> = header.iter().map(str::to_lowercase).collect();
        let places = places(file, &header, columns)?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| broken(file, &text, &error))?;
            let cell = |place: &Option<usize>| {
                let cell = record.get((*place)?)?;
                (!cell.is_empty()).then(|| name::safe(cell.as_ref()))
            };
            rows.push(Row {
                line: line_at(&text, record.position()),
                cells: places.iter().map(cell).collect(),
            });
        }
        let is_unknown = |name: &&String| !name.is_empty() && !columns.contains(&name.as_str());
        Ok(Self {
            name: name::safe(file.file_name().unwrap_or_default()),
            rows,
            unknown: header
                .iter()
                .filter(is_unknown)
                .map(|name| name::safe(name.as_ref()))
                .collect(),
        })
    }

    /// That there are columns nobody asked for, if there are.
    pub(super) fn note(&self) -> Option<String> {
        let unknown = self.unknown.join(", ");
        (!unknown.is_empty()).then(|| format!("{}: these columns are not used: {unknown}", self.name))
    }
}

/// What is wrong on a line, and what to do.
pub(super) fn wrong(file: &Path, line: u64, what: impl Into<String>) -> DiscoverError {
    DiscoverError::Sheet {
        file: file.to_owned(),
        line,
        what: what.into(),
    }
}

fn read_text(file: &Path) -> Result<String, DiscoverError> {
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(|error| unreadable(file, error))?;
    let read = opened.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    if read.map_err(|error| unreadable(file, error))? as u64 > MAX_BYTES {
        return Err(unreadable(file, io::Error::other("it has more than 16 MiB")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        wrong(file, line as u64, "this is not UTF-8; save it as `CSV UTF-8`")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

/// Where each column is, if it is there.
fn places(file: &Path, header: &[String], columns: &[&str]) -> Result<Vec<Option<usize>>, DiscoverError> {
    let place = |column: &&str| header.iter().position(|name| name == column);
    for column in columns {
        if header.iter().filter(|name| name == column).count() > 1 {
            return Err(wrong(file, 1, format!("the column `{column}` is there twice")));
        }
    }
    let places: Vec<Option<usize>> = columns.iter().map(place).collect();
    match places.first() {
        Some(Some(_)) => Ok(places),
        _ => Err(wrong(
            file,
            1,
            format!(
                "there is no column `{}`; the first line should name the columns: {}",
                columns[0],
                columns.join(",")
            ),
        )),
    }
}

/// The line of a row, whose position is that of the empty lines in front of it.
fn line_at(text: &str, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let rest = text.get(position.byte() as usize..).unwrap_or_default();
    let empty = rest.chars().take_while(|c| "\r\n".contains(*c));
    position.line() + empty.filter(|c| *c == '\n').count() as u64
}

fn broken(file: &Path, text: &str, error: &csv::Error) -> DiscoverError {
    let line = line_at(text, error.position());
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("there are {len} cells, but the first line has {expected_len}")
        }
        _ => error.to_string(),
    };
    wrong(file, line, what)
}
