//! The roster: who the students are, by submission or by their id in the learning system.

use std::collections::HashSet;
use std::path::Path;

use super::folder::shown;
use super::sheet::Sheet;
use super::{Class, DiscoverError, Student, Submission};

const COLUMNS: [&str; 4] = ["submission", "name", "id", "email"];

/// The columns that say which submission a row is on: the first of them that is not empty.
const KEYS: &[usize] = &[0, 2];

impl Class {
    /// Says of each submission whose it is. The notes say who handed nothing in and who is not in the roster.
    ///
    /// # Errors
    /// When the file cannot be read or has two rows for one submission.
    pub fn enrol(&mut self, file: &Path) -> Result<(), DiscoverError> {
        let sheet = Sheet::read(file, COLUMNS)?;
        let places = sheet.places(file, KEYS, &self.submissions)?;
        let mut absent = Vec::new();
        for (row, place) in sheet.rows.iter().zip(&places) {
            let [submission, name, id, email] = &row.cells;
            match place {
                Some(place) => fill(&mut self.submissions[*place], [name, id, email]),
                None => absent.extend([name, submission, id].into_iter().flatten().next().cloned()),
            }
        }
        let known: HashSet<usize> = places.iter().flatten().copied().collect();
        let is_stranger = |place: &usize| !known.contains(place);
        let strangers = (0..self.submissions.len()).filter(is_stranger);
        let strangers: Vec<String> = strangers.map(|place| self.submissions[place].id.clone()).collect();
        self.notes.extend(sheet.note_unknown());
        self.notes.extend(sheet.note("handed nothing in", &absent.join(", ")));
        self.notes.extend(sheet.note("no row for", &shown(&strangers)));
        Ok(())
    }
}

/// What the roster does not say stays as it is.
fn fill(submission: &mut Submission, [name, id, email]: [&Option<String>; 3]) {
    let student = submission.student.get_or_insert_with(Student::default);
    for (cell, field) in [
        (name, &mut student.name),
        (id, &mut student.id),
        (email, &mut student.email),
    ] {
        if cell.is_some() {
            field.clone_from(cell);
        }
    }
}
