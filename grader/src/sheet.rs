//! A CSV file -> its cells, each with its place; and the same file with some cells changed.
//!
//! Reads what learning systems and spreadsheets write: commas, semicolons or tabs, quotes or none, any line ends, with a byte
//! order mark or without. Must never: change a byte outside the cells that are written.

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use fs_err::File;

/// The largest sheet, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// A CSV file.
#[derive(Debug)]
pub struct Sheet {
    /// Its name, for messages.
    pub file: String,
    text: String,
    delimiter: u8,
    rows: Vec<Vec<Cell>>,
}

/// One cell: its bytes in the file, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell(Range<usize>);

/// Why a file is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// It cannot be read; the message names it.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It is not a table of a class.
    #[error("{0} has more than {max} MiB, which no sheet of a class has", max = MAX_BYTES >> 20)]
    TooLarge(String),
    /// It holds nothing.
    #[error("{0} is empty")]
    Empty(String),
    /// It is in an older encoding, as some spreadsheets write it.
    #[error("{file}:{line}: this is not UTF-8; save it as `CSV UTF-8`, or take the file as it was exported")]
    NotText {
        /// The file.
        file: String,
        /// The line of the first wrong byte.
        line: usize,
    },
    /// A cell does not end.
    #[error("{0}: this quoted cell has no end")]
    Unclosed(String),
    /// A cell goes on after its end.
    #[error("{0}: there is text after the end of this quoted cell; a quote inside one is written twice")]
    AfterQuote(String),
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is no sheet.
    pub fn open(file: &Path) -> Result<Self, SheetError> {
        let name = file.display().to_string();
        let mut bytes = Vec::new();
        File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Self::read(&name, bytes)
    }

    /// Reads the bytes of a file. Its name is for messages only.
    ///
    /// # Errors
    /// When they are no sheet.
    pub fn read(file: &str, bytes: Vec<u8>) -> Result<Self, SheetError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(SheetError::TooLarge(file.to_owned()));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            SheetError::NotText {
                file: file.to_owned(),
                line: valid.iter().filter(|byte| **byte == b'\n').count() + 1,
            }
        })?;
        let mut sheet = Self {
            file: file.to_owned(),
            delimiter: delimiter(&text),
            text,
            rows: Vec::new(),
        };
        sheet.rows = sheet.scan()?;
        if sheet.rows.is_empty() {
            return Err(SheetError::Empty(sheet.file));
        }
        Ok(sheet)
    }

    /// The rows, the header first; lines with nothing in them are none.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// What a cell says, without its quotes.
    #[must_use]
    pub fn text(&self, cell: &Cell) -> Cow<'_, str> {
        let raw = &self.text[cell.0.clone()];
        match raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) {
            Some(inner) if inner.contains('"') => inner.replace("\"\"", "\"").into(),
            Some(inner) => inner.into(),
            None => raw.into(),
        }
    }

    /// What the cells of the first row say.
    #[must_use]
    pub fn header(&self) -> Vec<String> {
        let cells = self.rows.first().into_iter().flatten();
        cells.map(|cell| self.text(cell).trim().to_owned()).collect()
    }

    /// `file:line:column` of a cell.
    #[must_use]
    pub fn place(&self, cell: &Cell) -> String {
        self.place_of(cell.0.start)
    }

    /// The line of a row.
    #[must_use]
    pub fn line(&self, row: &[Cell]) -> usize {
        row.first().map_or(1, |cell| self.line_of(cell.0.start))
    }

    /// Whether cells are divided by semicolons, as where commas divide a number's decimals.
    #[must_use]
    pub fn has_semicolons(&self) -> bool {
        self.delimiter == b';'
    }

    /// The whole file with other texts in some cells. A cell keeps its quotes, or gets some where its text needs them.
    #[must_use]
    pub fn with(&self, mut changes: Vec<(Cell, String)>) -> String {
        changes.sort_by_key(|(cell, _)| cell.0.start);
        let mut text = String::with_capacity(self.text.len() + changes.len() * 8);
        let mut done = 0;
        for (cell, new) in &changes {
            text.push_str(&self.text[done..cell.0.start]);
            let is_quoted = self.text[cell.0.clone()].starts_with('"');
            if is_quoted || self.needs_quotes(new) {
                text.push_str(&format!("\"{}\"", new.replace('"', "\"\"")));
            } else {
                text.push_str(new);
            }
            done = cell.0.end;
        }
        text.push_str(&self.text[done..]);
        text
    }

    fn needs_quotes(&self, text: &str) -> bool {
        let special = |byte: u8| byte == self.delimiter || b"\"\r\n".contains(&byte);
        text.bytes().any(special) || text.starts_with(' ') || text.ends_with(' ')
    }

    fn scan(&self) -> Result<Vec<Vec<Cell>>, SheetError> {
        let bytes = self.text.as_bytes();
        let mut rows = Vec::new();
        let mut row = Vec::new();
        let mut at = start(&self.text);
        while at < bytes.len() {
            let end = self.cell_end(at)?;
            row.push(Cell(at..end));
            let ends_row = bytes.get(end) != Some(&self.delimiter);
            at = end + 1;
            if ends_row {
                if bytes.get(end) == Some(&b'\r') && bytes.get(at) == Some(&b'\n') {
                    at += 1;
                }
                rows.push(std::mem::take(&mut row));
            } else if at == bytes.len() {
                row.push(Cell(at..at));
            }
        }
        rows.push(row);
        rows.retain(|row| row.iter().any(|cell| !cell.0.is_empty()) || row.len() > 1);
        Ok(rows)
    }

    /// Where a cell ends that begins here: at a delimiter, a line's end or the text's.
    fn cell_end(&self, at: usize) -> Result<usize, SheetError> {
        let bytes = self.text.as_bytes();
        let is_end = |byte: u8| byte == self.delimiter || byte == b'\r' || byte == b'\n';
        if bytes[at] != b'"' {
            let length = bytes[at..].iter().position(|byte| is_end(*byte));
            return Ok(length.map_or(bytes.len(), |length| at + length));
        }
        let mut quote = at;
        loop {
            let next = bytes[quote + 1..].iter().position(|byte| *byte == b'"');
            let Some(next) = next else {
                return Err(SheetError::Unclosed(self.place_of(at)));
            };
            quote += next + 1;
            match bytes.get(quote + 1) {
                Some(b'"') => quote += 1,
                None => return Ok(quote + 1),
                Some(byte) if is_end(*byte) => return Ok(quote + 1),
                Some(_) => return Err(SheetError::AfterQuote(self.place_of(at))),
            }
        }
    }

    fn place_of(&self, offset: usize) -> String {
        let line = self.text[..offset]
            .rfind(['\n', '\r'])
            .map_or(start(&self.text), |end| end + 1);
        let column = self.text[line..offset].chars().count() + 1;
        format!("{}:{}:{column}", self.file, self.line_of(offset))
    }

    fn line_of(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset];
        let lone = |pair: &[u8]| pair[0] == b'\r' && pair[1] != b'\n';
        let returns = before.windows(2).filter(|pair| lone(pair)).count() + usize::from(before.ends_with(b"\r"));
        before.iter().filter(|byte| **byte == b'\n').count() + returns + 1
    }
}

/// Where the text begins, after a byte order mark.
fn start(text: &str) -> usize {
    if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    }
}

/// What divides the cells of the first line.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(delimiter, _)| *delimiter == byte)
                .for_each(|(_, count)| *count += 1),
        }
    }
    // Of equals the first.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let sheet = Sheet::read("s.csv", text.into()).unwrap();
        let texts = |row: &Vec<Cell>| row.iter().map(|cell| sheet.text(cell).into_owned()).collect();
        sheet.rows().iter().map(texts).collect()
    }

    #[test]
    fn cells_are_what_stands_between_delimiters() {
        for (text, want) in [
            ("a,b\n1,2\n", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,b\r\n1,2", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,b\r1,2\r", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("\u{feff}a,b\n", vec![vec!["a", "b"]]),
            ("a;b;c\n\"1;2\";3;\n", vec![vec!["a", "b", "c"], vec!["1;2", "3", ""]]),
            ("a\tb\n", vec![vec!["a", "b"]]),
            ("a,b,\n,,\n\n\n1", vec![vec!["a", "b", ""], vec!["", "", ""], vec!["1"]]),
            ("a,", vec![vec!["a", ""]]),
            ("\"a\"\"b\nc\",\"\"\n", vec![vec!["a\"b\nc", ""]]),
            ("a \"quoted\" word,b\n", vec![vec!["a \"quoted\" word", "b"]]),
        ] {
            assert_eq!(rows(text), want, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_sheet_is_told_with_its_place() {
        for (bytes, want) in [
            (&b""[..], "s.csv is empty"),
            (b"\n\r\n", "s.csv is empty"),
            (b"\xef\xbb\xbf", "s.csv is empty"),
            (b"a,b\nM\xfcller,1\n", "s.csv:2: this is not UTF-8"),
            (b"\xff\xfea\0,\0", "s.csv:1: this is not UTF-8"),
            (b"a,b\n1,\"2\n3,4\n", "s.csv:2:3: this quoted cell has no end"),
            (b"a,b\r\n1,\"2\"3\r\n", "s.csv:2:3: there is text after"),
            ("é,\"".as_bytes(), "s.csv:1:3: this quoted cell has no end"),
        ] {
            let error = Sheet::read("s.csv", bytes.to_vec()).unwrap_err().to_string();
            assert!(error.starts_with(want), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_far_too_large_is_refused() {
        let error = Sheet::read("s.csv", vec![b','; (64 << 20) + 1])
            .unwrap_err()
            .to_string();
        assert_eq!(error, "s.csv has more than 64 MiB, which no sheet of a class has");
    }

    #[test]
    fn only_the_cells_that_are_written_change() {
        for (text, want) in [
            ("a,b\r\n1,2\r\n", "a,b\r\n1,x y\r\n"),
            ("\u{feff}\"a\",b\n \"1,\"2\"", "\u{feff}\"a\",b\n \"1,\"x y\""),
            ("a;b\n1;", "a;b\n1;x y"),
        ] {
            let sheet = Sheet::read("s.csv", text.into()).unwrap();
            let cell = sheet.rows()[1][1].clone();
            assert_eq!(sheet.with(vec![(cell, "x y".to_owned())]), want, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_unchanged_cells_keep_their_bytes(text in "[a;,\"\r\n\tü0]{0,40}") {
            if let Ok(sheet) = Sheet::read("s.csv", text.clone().into()) {
                prop_assert_eq!(sheet.with(Vec::new()), text);
            }
        }

        #[test]
        fn what_is_written_is_read_again(
            cells in proptest::collection::vec("[a;,\"\r\n\tü =0]{0,6}", 3),
            quoted in any::<bool>(),
            delimiter in "[,;\t]",
        ) {
            let mark = if quoted { "\"\"" } else { "" };
            let text = ["h", "h", "h"].join(&delimiter) + "\r\n" + &[mark, mark, mark].join(&delimiter);
            let sheet = Sheet::read("s.csv", text.into()).unwrap();
            let changes = sheet.rows()[1].iter().cloned().zip(cells.clone()).collect();
            let again = Sheet::read("s.csv", sheet.with(changes).into()).unwrap();
            let read: Vec<String> = again.rows()[1].iter().map(|cell| again.text(cell).into_owned()).collect();
            prop_assert_eq!(read, cells);
        }
    }
}
