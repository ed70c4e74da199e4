//! The sheet that a learning system exported + a run -> the same sheet with the grades in it.
//!
//! `column` finds out whose sheet it is and where things stand in it, `person` which row is whose, `mark` what is written.
//! Must never: change a byte outside the cells of the grade and of the feedback, write anything for what was not graded, or
//! guess between two students.

mod column;
mod mark;
mod person;

use std::collections::{BTreeMap, HashSet};

use crate::policy::points;
use crate::report::{StudentReport, SubmissionReport, clean, plural};
use crate::sheet::{Cell, Sheet};
use column::Columns;
use person::People;

/// A sheet that can be filled.
#[derive(Debug)]
pub struct Gradebook {
    sheet: Sheet,
    columns: Columns,
}

/// What goes into a gradebook of a submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The submission.
    pub id: String,
    /// Who handed it in, as far as that is known.
    pub student: Option<StudentReport>,
    /// What counts, and of how many points; nothing when there is no grade.
    pub points: Option<(f64, f64)>,
    /// Whether the student is excused.
    pub excused: bool,
    /// For the student, in a line.
    pub feedback: String,
}

/// A filled sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The whole file.
    pub text: String,
    /// How many rows got a grade.
    pub rows: usize,
    /// What the instructor has to know, in sentences.
    pub notes: Vec<String>,
}

/// Why a sheet cannot be filled. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum GradebookError {
    /// It is nobody's sheet.
    #[error(
        "{0} is neither a Canvas gradebook (its first line begins with `Student,ID`) nor a Moodle grading worksheet (its \
         first column has entries like `Participant 123`)"
    )]
    Unknown(String),
    /// Moodle would refuse it.
    #[error(
        "{0}: there is no column `Last modified (grade)`, without which Moodle refuses it; download the worksheet anew"
    )]
    Incomplete(String),
    /// There is no such column, or no column that fits.
    #[error("{place}: {what}; name the column with --column, one of: {known}")]
    Column {
        /// The file and its first line.
        place: String,
        /// What was looked for.
        what: String,
        /// What there is.
        known: String,
    },
    /// A row ends before the grade.
    #[error("{place}: this line has no cell in the column `{column}`")]
    Short {
        /// The file and the line.
        place: String,
        /// The grade's column.
        column: String,
    },
    /// Two could be meant, a line each.
    #[error("{}", .0.join("\n"))]
    Ambiguous(Vec<String>),
}

/// What became of the rows and the submissions.
#[derive(Default)]
struct Tally {
    changes: Vec<(Cell, String)>,
    rows: usize,
    odd: BTreeMap<Oddity, Vec<String>>,
}

/// What the instructor has to know of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Oddity {
    Homeless,
    NotGraded,
    ExcusedHere,
    ExcusedThere,
    Locked,
    Stranger,
    Commented,
}

impl Oddity {
    fn words(self) -> &'static str {
        match self {
            Self::Homeless => "without a row in this sheet",
            Self::NotGraded => "not graded, left as they are",
            Self::ExcusedHere => "excused, for which this sheet has no word; left as they are",
            Self::ExcusedThere => "excused in the sheet already; left as they are",
            Self::Locked => "with a grade that cannot be changed; left as they are",
            Self::Stranger => "found by id or address in a row with another name; look at it",
            Self::Commented => "with a comment of somebody else, which stays",
        }
    }
}

impl Tally {
    fn note(&mut self, oddity: Oddity, submission: impl Into<String>) {
        self.odd.entry(oddity).or_default().push(submission.into());
    }
}

impl Entry {
    /// What goes into a gradebook of a report.
    #[must_use]
    pub fn of(report: &SubmissionReport) -> Self {
        let grade = report.grade.as_ref();
        let possible = grade.map(|grade| grade.possible);
        let possible = possible.or(report.score.map(|score| score.possible)).unwrap_or(0.0);
        Self {
            id: report.id.clone(),
            student: report.student.clone(),
            points: report.points().map(|points| (points, possible)),
            excused: grade.is_some_and(|grade| grade.excused),
            feedback: mark::feedback(report),
        }
    }
}

impl Gradebook {
    /// Finds out whose sheet it is, and which column is the assignment's: the one that is named, or the only one with the
    /// assignment's name.
    ///
    /// # Errors
    /// When it is nobody's, or no column or several could be meant.
    pub fn read(sheet: Sheet, assignment: &str, column: Option<&str>) -> Result<Self, GradebookError> {
        let columns = Columns::find(&sheet, assignment, column)?;
        let mut students = columns.students.iter().map(|row| &sheet.rows()[*row]);
        if let Some(row) = students.find(|row| row.len() <= columns.grade) {
            return Err(GradebookError::Short {
                place: format!("{}:{}", sheet.file, sheet.line(row)),
                column: sheet.header()[columns.grade].clone(),
            });
        }
        Ok(Self { sheet, columns })
    }

    /// The sheet with these grades. Rows of nobody among them stay as they are.
    ///
    /// # Errors
    /// When a submission could be of two students, or two submissions of one.
    pub fn fill(&self, entries: &[Entry]) -> Result<Filled, GradebookError> {
        let rows = People::of(&self.sheet, &self.columns).rows(entries)?;
        let mut tally = Tally::default();
        for (entry, row) in entries.iter().zip(&rows) {
            let filled = row.ok_or(Oddity::Homeless).and_then(|row| {
                let mark = self.mark(entry, row)?;
                Ok((row, mark))
            });
            match filled {
                Ok((row, mark)) => self.fill_row(entry, row, mark, &mut tally),
                Err(oddity) => tally.note(oddity, &entry.id),
            }
        }
        let taken: HashSet<usize> = rows.into_iter().flatten().collect();
        let others = self.columns.students.iter().filter(|row| !taken.contains(row));
        let others: Vec<String> = others.map(|row| self.name(*row)).collect();
        Ok(Filled {
            rows: tally.rows,
            notes: self.notes(entries, &tally, &others),
            text: self.sheet.with(tally.changes),
        })
    }

    /// What is to be written for a grade, or why nothing is.
    fn mark(&self, entry: &Entry, row: usize) -> Result<String, Oddity> {
        let columns = &self.columns;
        if columns
            .locked
            .is_some_and(|locked| column::is_no(&self.text(row, locked)))
        {
            return Err(Oddity::Locked);
        }
        match (entry.points, columns.excused) {
            (_, Some(word)) if entry.excused => Ok(word.to_owned()),
            (_, None) if entry.excused => Err(Oddity::ExcusedHere),
            (None, _) => Err(Oddity::NotGraded),
            (Some(_), Some(word)) if self.text(row, columns.grade) == word => Err(Oddity::ExcusedThere),
            (Some((earned, possible)), _) => Ok(mark::number(earned, possible, columns.maximum, columns.comma)),
        }
    }

    fn fill_row(&self, entry: &Entry, row: usize, mark: String, tally: &mut Tally) {
        let cell = |column: usize| self.sheet.rows()[row].get(column).cloned();
        tally.changes.extend(cell(self.columns.grade).map(|cell| (cell, mark)));
        tally.rows += 1;
        let known = entry.student.as_ref().and_then(|student| student.name.as_ref());
        let name = self.name(row);
        if let Some(known) = known.filter(|known| self.columns.name.is_some() && !person::can_be_one(known, &name)) {
            tally.note(Oddity::Stranger, format!("{} ({}) as {name}", entry.id, clean(known)));
        }
        match self.columns.feedback.and_then(cell) {
            Some(comment) if mark::may_replace(&self.sheet.text(&comment)) => {
                tally.changes.push((comment, entry.feedback.clone()));
            }
            Some(_) => tally.note(Oddity::Commented, &entry.id),
            None => {}
        }
    }

    fn text(&self, row: usize, column: usize) -> String {
        let cell = self.sheet.rows()[row].get(column);
        cell.map_or_else(String::new, |cell| self.sheet.text(cell).trim().to_owned())
    }

    /// Who a row is of.
    fn name(&self, row: usize) -> String {
        clean(&self.text(row, self.columns.name.unwrap_or(self.columns.id)))
    }

    fn notes(&self, entries: &[Entry], tally: &Tally, others: &[String]) -> Vec<String> {
        let mut notes = Vec::new();
        let possible = entries.iter().find_map(|entry| Some(points(entry.points?.1)));
        let maximum = self.columns.maximum.map(points);
        if let (Some(possible), Some(maximum)) = (possible, maximum.filter(|maximum| Some(*maximum) != possible)) {
            notes.push(format!(
                "points were scaled from {possible} to {maximum}, the most in this sheet"
            ));
        }
        for (oddity, ids) in &tally.odd {
            let submissions = plural(ids.len(), "submission");
            notes.push(format!("{submissions} {}: {}", oddity.words(), list(ids)));
        }
        if !others.is_empty() {
            let students = plural(others.len(), "student");
            let others = list(others);
            notes.push(format!(
                "{students} in this sheet without a submission, left as they are: {others}"
            ));
        }
        notes
    }
}

/// Some of them, so that a line stays a line.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown = names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("; ");
    if names.len() > SHOWN {
        format!("{shown}; and {} more", names.len() - SHOWN)
    } else {
        shown
    }
}

#[cfg(test)]
mod tests;
