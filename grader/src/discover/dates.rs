//! When submissions were handed in, by a file that says so.

use std::collections::HashMap;
use std::path::Path;

use jiff::Timestamp;

use super::sheet::{Row, Sheet, wrong};
use super::{Class, DiscoverError, Submitted};

const COLUMNS: &[&str] = &["submission", "submitted_at"];

impl Class {
    /// Says of each submission in the file when it was handed in, whatever its name or its commit says.
    ///
    /// # Errors
    /// When the file cannot be read, a time in it cannot, or a submission has two.
    pub fn date(&mut self, file: &Path) -> Result<(), DiscoverError> {
        let sheet = Sheet::read(file, COLUMNS)?;
        let mut lines: HashMap<String, u64> = HashMap::new();
        let mut unknown = Vec::new();
        for Row { line, cells } in &sheet.rows {
            let [Some(key), Some(time)] = cells.as_slice() else {
                return Err(wrong(file, *line, "there should be a submission and a time"));
            };
            let at: Timestamp = time.parse().map_err(|_| {
                let example = "2026-06-01T14:32:01+02:00";
                wrong(
                    file,
                    *line,
                    format!("`{time}` is no time; write it with its zone, as {example}"),
                )
            })?;
            let found = self.find(key);
            let taken = found.map_or(key, |index| &self.submissions[index].id);
            if let Some(first) = lines.insert(taken.clone(), *line) {
                return Err(wrong(
                    file,
                    *line,
                    format!("{taken} has a row already, on line {first}"),
                ));
            }
            let Some(index) = found else {
                unknown.push(key.clone());
                continue;
            };
            let submission = &mut self.submissions[index];
            submission.submitted = Some(Submitted {
                at: Some(at.as_second()),
                late: submission.submitted.as_ref().is_some_and(|submitted| submitted.late),
                source: sheet.name.clone(),
            });
        }
        let unknown = unknown.join(", ");
        let unknown = (!unknown.is_empty()).then(|| format!("{}: no such submission: {unknown}", sheet.name));
        self.notes.extend([sheet.note(), unknown].into_iter().flatten());
        Ok(())
    }
}
