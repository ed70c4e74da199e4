//! Which row is whose: by the id of the learning system, then by other ids, the address, the full name, and at last by the
//! name of the submission.

use std::collections::HashMap;

use super::column::Columns;
use super::{Entry, GradebookError};
use crate::sheet::Sheet;

/// The rows of a sheet by what is known of the students in them.
pub(super) struct People<'a> {
    sheet: &'a Sheet,
    ids: HashMap<String, Vec<usize>>,
    logins: HashMap<String, Vec<usize>>,
    emails: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
}

impl<'a> People<'a> {
    pub(super) fn of(sheet: &'a Sheet, columns: &Columns) -> Self {
        let by = |wanted: &[usize], key: fn(&str) -> String| {
            let mut rows: HashMap<String, Vec<usize>> = HashMap::new();
            for row in &columns.students {
                let cells = wanted.iter().filter_map(|column| sheet.rows()[*row].get(*column));
                let mut keys: Vec<String> = cells.map(|cell| key(&sheet.text(cell))).collect();
                keys.sort();
                keys.dedup();
                for key in keys.into_iter().filter(|key| !key.is_empty()) {
                    rows.entry(key).or_default().push(*row);
                }
            }
            rows
        };
        Self {
            sheet,
            ids: by(&[columns.id], number),
            logins: by(&columns.logins, exact),
            emails: by(&columns.emails, lower),
            names: by(&columns.name.map_or(Vec::new(), |name| vec![name]), name),
        }
    }

    /// The row of each submission, as far as it has one.
    pub(super) fn rows(&self, entries: &[Entry]) -> Result<Vec<Option<usize>>, GradebookError> {
        let (mut rows, mut errors) = (Vec::new(), Vec::new());
        let mut taken: HashMap<usize, &str> = HashMap::new();
        for entry in entries {
            let row = self.row(entry).unwrap_or_else(|error| {
                errors.push(error);
                None
            });
            if let Some(other) = row.and_then(|row| taken.insert(row, &entry.id)) {
                let line = self.line(row.unwrap_or_default());
                errors.push(format!(
                    "{}:{line}: {other} and {} are both of this student; leave one of them out, or tell them apart in a roster",
                    self.sheet.file, entry.id
                ));
            }
            rows.push(row);
        }
        if errors.is_empty() {
            Ok(rows)
        } else {
            Err(GradebookError::Ambiguous(errors))
        }
    }

    fn row(&self, entry: &Entry) -> Result<Option<usize>, String> {
        let student = entry.student.clone().unwrap_or_default();
        let id = student.id.unwrap_or_default();
        let email = student.email.unwrap_or_default();
        let full_name = student.name.unwrap_or_default();
        for (rows, key, what) in [
            (&self.ids, exact(&id), "id"),
            (&self.logins, exact(&id), "id"),
            (&self.emails, lower(&email), "address"),
            (&self.names, name(&full_name), "name"),
            (&self.ids, exact(&entry.id), "name"),
            (&self.logins, exact(&entry.id), "name"),
            (&self.names, name(&entry.id), "name"),
        ] {
            match rows.get(&key).map(Vec::as_slice) {
                None | Some([]) => {}
                Some([only]) => return Ok(Some(*only)),
                Some(several) => return Err(self.ambiguous(entry, what, &key, several)),
            }
        }
        Ok(None)
    }

    fn ambiguous(&self, entry: &Entry, what: &str, key: &str, rows: &[usize]) -> String {
        let lines: Vec<String> = rows.iter().map(|row| self.line(*row).to_string()).collect();
        format!(
            "{}: the {what} `{key}` of {} stands in the lines {}; give its student another id or address in a roster",
            self.sheet.file,
            entry.id,
            lines.join(" and ")
        )
    }

    fn line(&self, row: usize) -> usize {
        self.sheet.line(&self.sheet.rows()[row])
    }
}

/// Whether two full names can be one person's: unless both have several words, and not one in common.
pub(super) fn can_be_one(a: &str, b: &str) -> bool {
    let (a, b) = (name(a), name(b));
    let words = |name: &str| name.split([' ', '-']).map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (words(&a), words(&b));
    a.len() < 2 || b.len() < 2 || a.iter().any(|word| b.contains(word))
}

fn exact(text: &str) -> String {
    text.trim().to_owned()
}

fn lower(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The number at the end: `Participant 123` is 123.
fn number(text: &str) -> String {
    let text = text.trim();
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
    text[word.len()..].to_owned()
}

/// `Doe, Jane` and `jane doe` are one.
fn name(text: &str) -> String {
    let in_order = match text.split_once(',') {
        Some((last, first)) => format!("{first} {last}"),
        None => text.to_owned(),
    };
    let words: Vec<&str> = in_order.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
