//! The roster: who the students are, by submission or by their id in the learning system.

use std::collections::HashMap;
use std::path::Path;

use super::folder::shown;
use super::sheet::{Row, Sheet, wrong};
use super::{Class, DiscoverError, Student, Submission};

const COLUMNS: &[&str] = &["submission", "name", "id", "email"];

impl Class {
    /// Says of each submission whose it is. The notes say who handed nothing in and who is not in the roster.
    ///
    /// # Errors
    /// When the file cannot be read or has two rows for one submission.
    pub fn enrol(&mut self, file: &Path) -> Result<(), DiscoverError> {
        let sheet = Sheet::read(file, COLUMNS)?;
        let mut lines: HashMap<String, u64> = HashMap::new();
        let mut absent = Vec::new();
        for Row { line, cells } in &sheet.rows {
            let [submission, name, id, email] = cells.as_slice() else {
                continue;
            };
            let Some(key) = submission.as_ref().or(id.as_ref()) else {
                return Err(wrong(file, *line, "there is neither a submission nor an id"));
            };
            let found = self.find(key);
            let taken = found.map_or(key, |index| &self.submissions[index].id);
            if let Some(first) = lines.insert(taken.clone(), *line) {
                return Err(wrong(
                    file,
                    *line,
                    format!("{taken} has a row already, on line {first}"),
                ));
            }
            match found {
                None => absent.push(name.as_ref().unwrap_or(key).clone()),
                Some(index) => fill(&mut self.submissions[index], [name, id, email]),
            }
        }
        let is_new = |submission: &&Submission| !lines.contains_key(&submission.id);
        let strangers = self.submissions.iter().filter(is_new);
        let strangers: Vec<String> = strangers.map(|submission| submission.id.clone()).collect();
        let list = |what: &str, names: String| (!names.is_empty()).then(|| format!("{}: {what}: {names}", sheet.name));
        let strangers = list("no row for", shown(&strangers));
        let absent = list("handed nothing in", absent.join(", "));
        self.notes
            .extend([sheet.note(), absent, strangers].into_iter().flatten());
        Ok(())
    }

    /// The submission with this id, or of the student with it.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        let is_of = |submission: &Submission| {
            let student = submission.student.as_ref();
            student.and_then(|student| student.id.as_deref()) == Some(key)
        };
        let by_id = self.submissions.iter().position(|submission| submission.id == key);
        by_id.or_else(|| self.submissions.iter().position(is_of))
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
