//! When submissions were handed in, by a file that says so.

use std::path::Path;

use jiff::Timestamp;

use super::sheet::{Sheet, wrong};
use super::{Class, DiscoverError, Submitted};

const COLUMNS: [&str; 2] = ["submission", "submitted_at"];

impl Class {
    /// Says of each submission in the file when it was handed in, whatever its name or its commit says.
    ///
    /// # Errors
    /// When the file cannot be read, a time in it cannot, or a submission has two.
    pub fn date(&mut self, file: &Path) -> Result<(), DiscoverError> {
        let sheet = Sheet::read(file, COLUMNS)?;
        let places = sheet.places(file, &[0], &self.submissions)?;
        let mut unknown = Vec::new();
        for (row, place) in sheet.rows.iter().zip(&places) {
            let [key, time] = &row.cells;
            let at = Some(parse(time.as_deref()).map_err(|what| wrong(file, row.line, what))?);
            let Some(place) = place else {
                unknown.extend(key.clone());
                continue;
            };
            let submitted = &mut self.submissions[*place].submitted;
            *submitted = Some(Submitted {
                at,
                late: submitted.as_ref().is_some_and(|submitted| submitted.late),
                source: sheet.name.clone(),
            });
        }
        self.notes.extend(sheet.note_unknown());
        self.notes.extend(sheet.note("no such submission", &unknown.join(", ")));
        Ok(())
    }
}

/// In seconds since 1970.
fn parse(time: Option<&str>) -> Result<i64, String> {
    const EXAMPLE: &str = "2026-06-01T14:32:01+02:00";
    let time = time.ok_or("there is no time")?;
    let at: Result<Timestamp, _> = time.parse();
    at.map(Timestamp::as_second)
        .map_err(|_| format!("`{time}` is no time; write it with its zone, as {EXAMPLE}"))
}
