//! A CSV file with a header -> rows of the columns that are asked for, in any order.

use std::collections::HashMap;
use std::path::Path;

use super::{DiscoverError, Submission, name};
use crate::sheet;

/// What a file says in `N` columns.
pub(super) struct Sheet<const N: usize> {
    /// The file's name.
    pub(super) name: String,
    pub(super) rows: Vec<Row<N>>,
    /// Columns that nobody asked for.
    unknown: Vec<String>,
}

/// One row.
pub(super) struct Row<const N: usize> {
    pub(super) line: u64,
    /// In the order in which columns were asked for; what is empty is not there.
    pub(super) cells: [Option<String>; N],
}

impl<const N: usize> Sheet<N> {
    /// Reads these columns, the first of which must be there.
    ///
    /// # Errors
    /// When the file cannot be read, is no CSV, or lacks the column.
    pub(super) fn read(file: &Path, columns: [&str; N]) -> Result<Self, DiscoverError> {
        let sheet = sheet::Sheet::open(file)?;
        let header: Vec<String> = sheet.header().iter().map(|name| name.to_lowercase()).collect();
        let places = find(file, &header, columns)?;
        let mut rows = Vec::new();
        for row in &sheet.rows()[1..] {
            let line = sheet.line(row) as u64;
            if row.len() != header.len() {
                let what = format!("there are {} cells, but the first line has {}", row.len(), header.len());
                return Err(wrong(file, line, what));
            }
            let cell = |place: usize| {
                let text = sheet.text(&row[place]);
                let text = text.trim();
                (!text.is_empty()).then(|| name::safe(text.as_ref()))
            };
            rows.push(Row {
                line,
                cells: places.map(|place| cell(place?)),
            });
        }
        let is_unknown = |name: &&String| !name.is_empty() && !columns.contains(&name.as_str());
        let unknown = header.iter().filter(is_unknown);
        Ok(Self {
            name: name::safe(file.file_name().unwrap_or_default()),
            rows,
            unknown: unknown.map(|name| name::safe(name.as_ref())).collect(),
        })
    }

    /// Which submission each row is on, if it is on one: by the first of these columns that is not empty, as the
    /// submission's id or its student's.
    ///
    /// # Errors
    /// When a row has none of them, or two rows are on the same.
    pub(super) fn places(
        &self,
        file: &Path,
        keys: &[usize],
        submissions: &[Submission],
    ) -> Result<Vec<Option<usize>>, DiscoverError> {
        let known = by_key(submissions);
        let mut lines: HashMap<&str, u64> = HashMap::new();
        let mut places = Vec::new();
        for Row { line, cells } in &self.rows {
            let Some(key) = keys.iter().find_map(|column| cells[*column].as_deref()) else {
                return Err(wrong(file, *line, "it does not say which submission it is on"));
            };
            let place = known.get(key).copied();
            let id = place.map_or(key, |place| &submissions[place].id);
            if let Some(first) = lines.insert(id, *line) {
                return Err(wrong(file, *line, format!("{id} has a row already, on line {first}")));
            }
            places.push(place);
        }
        Ok(places)
    }

    /// What there is to say of some names, if there are any.
    pub(super) fn note(&self, what: &str, names: &str) -> Option<String> {
        (!names.is_empty()).then(|| format!("{}: {what}: {names}", self.name))
    }

    /// That there are columns nobody asked for, if there are.
    pub(super) fn note_unknown(&self) -> Option<String> {
        self.note("these columns are not used", &self.unknown.join(", "))
    }
}

/// Submissions by their students' ids and, which counts for more, by their own.
fn by_key(submissions: &[Submission]) -> HashMap<&str, usize> {
    let own = submissions.iter().map(|submission| submission.id.as_str()).zip(0..);
    let students = submissions.iter().zip(0..);
    let students = students.filter_map(|(submission, place)| {
        let student = submission.student.as_ref()?;
        Some((student.id.as_deref()?, place))
    });
    students.chain(own).collect()
}

/// What is wrong on a line, and what to do.
pub(super) fn wrong(file: &Path, line: u64, what: impl Into<String>) -> DiscoverError {
    DiscoverError::Sheet {
        file: file.to_owned(),
        line,
        what: what.into(),
    }
}

/// Where each column is, if it is there.
fn find<const N: usize>(
    file: &Path,
    header: &[String],
    columns: [&str; N],
) -> Result<[Option<usize>; N], DiscoverError> {
    let is_twice = |column: &&&str| header.iter().filter(|name| name == *column).count() > 1;
    if let Some(column) = columns.iter().find(is_twice) {
        return Err(wrong(file, 1, format!("the column `{column}` is there twice")));
    }
    let places = columns.map(|column| header.iter().position(|name| name == column));
    if places[0].is_none() {
        let (first, all) = (columns[0], columns.join(","));
        let what = format!("there is no column `{first}`; the first line should name the columns: {all}");
        return Err(wrong(file, 1, what));
    }
    Ok(places)
}
