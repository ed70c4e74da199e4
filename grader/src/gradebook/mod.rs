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
mod tests {
    use super::*;
    use grader_engine::Points;
    use proptest::prelude::*;

    const CANVAS: &str = "\u{feff}Student,ID,SIS User ID,SIS Login ID,Section,HW1 (123),HW2 (124),Final Score\r\n\
        ,,,,,Manual Posting,,\r\n\
        \"    Points Possible\",,,,,20,10,(read only)\r\n\
        \"Doe, Jane\",4567,s1,jdoe,001,,7,\"3,5\"\r\n\
        \"Ray, Bob\",4568,s2,bob@x.edu,001,\"1\",,\r\n\
        \"Ray, Bob\",4569,s3,ray,001,EX,,\r\n\
        \"Student, Test\",9,,test,001,,,\r\n";

    const MOODLE: &str = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n\
        Participant 11,Jane Doe,j@x.edu,Submitted,,10.00,Yes,-,-,\n\
        Participant 12,Bob Ray,b@x.edu,Submitted,3.00,10.00,No,-,-,\"by \"\"me\"\"\"\n\
        Participant 13,Eve Poe,E@x.edu,Submitted,3.00,10.00,Yes,-,-,well done\n";

    const GERMAN: &str = "ID;\"Vollständiger Name\";E-Mail-Adresse;Status;Bewertung;Bestwertung;\"Bewertung kann geändert werden\";\"Feedback als Kommentar\"\n\
        Teilnehmer/in11;\"Jane Doe\";j@x.edu;Abgegeben;;10,00;Ja;\n\
        Teilnehmer/in12;\"Bob Ray\";b@x.edu;Abgegeben;-;10,00;Nein;\n";

    fn entry(id: &str, points: impl Into<Option<f64>>) -> Entry {
        Entry {
            id: id.to_owned(),
            student: None,
            points: points.into().map(|points| (points, 10.0)),
            excused: false,
            feedback: "Automatic grading: fine".to_owned(),
        }
    }

    /// Of a student with this id, address and name.
    fn of(id: &str, known: [&str; 3], points: f64) -> Entry {
        let [number, email, name] = known.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        let student = StudentReport {
            name,
            id: number,
            email,
        };
        Entry {
            student: Some(student),
            ..entry(id, points)
        }
    }

    fn book(text: &str, column: Option<&str>) -> Result<Gradebook, String> {
        let sheet = Sheet::read("s.csv", text.into()).map_err(|error| error.to_string())?;
        Gradebook::read(sheet, "hw1", column).map_err(|error| error.to_string())
    }

    /// The lines that are not as they were, and the notes.
    #[track_caller]
    fn filled(text: &str, entries: &[Entry]) -> (Vec<String>, Vec<String>) {
        let filled = book(text, None).unwrap().fill(entries).unwrap();
        let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(text).len(), lines(&filled.text).len());
        let changed = lines(&filled.text)
            .into_iter()
            .zip(lines(text))
            .filter(|(new, old)| new != old);
        (changed.map(|(new, _)| new).collect(), filled.notes)
    }

    #[test]
    fn a_canvas_gradebook_gets_scaled_points_and_excuses_and_nothing_else_changes() {
        let entries = [
            of("a", ["4567", "", ""], 8.5),
            of("b", ["4568", "", ""], 3.33),
            of("c", ["4569", "", ""], 7.0),
            entry("nobody", 1.0),
        ];
        let (lines, notes) = filled(CANVAS, &entries);
        let want = [
            "\"Doe, Jane\",4567,s1,jdoe,001,17.00,7,\"3,5\"\r\n",
            "\"Ray, Bob\",4568,s2,bob@x.edu,001,\"6.66\",,\r\n",
        ];
        assert_eq!(lines, want);
        let want = [
            "points were scaled from 10 to 20, the most in this sheet",
            "1 submission without a row in this sheet: nobody",
            "1 submission excused in the sheet already; left as they are: c",
            "1 student in this sheet without a submission, left as they are: Student, Test",
        ];
        assert_eq!(notes, want);
    }

    #[test]
    fn a_moodle_worksheet_gets_points_and_feedback_but_for_what_is_locked_or_somebody_elses() {
        let entries = [
            of("a", ["11", "", ""], 8.5),
            of("b", ["12", "", ""], 4.0),
            of("c", ["13", "", ""], 5.0),
        ];
        let (lines, notes) = filled(MOODLE, &entries);
        let want = [
            "Participant 11,Jane Doe,j@x.edu,Submitted,8.50,10.00,Yes,-,-,Automatic grading: fine\n",
            "Participant 13,Eve Poe,E@x.edu,Submitted,5.00,10.00,Yes,-,-,well done\n",
        ];
        assert_eq!(lines, want);
        let want = [
            "1 submission with a grade that cannot be changed; left as they are: b",
            "1 submission with a comment of somebody else, which stays: c",
        ];
        assert_eq!(notes, want);
    }

    #[test]
    fn a_worksheet_in_another_language_is_read_by_what_is_in_it() {
        let (lines, notes) = filled(GERMAN, &[of("a", ["11", "", ""], 8.5), of("b", ["12", "", ""], 4.0)]);
        let want = ["Teilnehmer/in11;\"Jane Doe\";j@x.edu;Abgegeben;8,50;10,00;Ja;Automatic grading: fine\n"];
        assert_eq!(lines, want);
        assert_eq!(
            notes,
            ["1 submission with a grade that cannot be changed; left as they are: b"]
        );
    }

    #[test]
    fn a_row_is_found_by_id_then_login_address_name_and_the_submissions_name() {
        for (sheet, entry, line) in [
            (CANVAS, of("x", ["4567", "bob@x.edu", "Bob Ray"], 1.0), "4567"),
            (CANVAS, of("x", ["jdoe", "", ""], 1.0), "4567"),
            (CANVAS, of("x", ["s2", "", ""], 1.0), "4568"),
            (CANVAS, of("x", ["", "Bob@X.edu", "Jane Doe"], 1.0), "4568"),
            (CANVAS, of("x", ["0", "", "jane  DOE"], 1.0), "4567"),
            (CANVAS, entry("jdoe", 1.0), "4567"),
            (CANVAS, entry("Doe, Jane", 1.0), "4567"),
            (CANVAS, entry("4568", 1.0), "4568"),
            (MOODLE, of("x", ["", "e@x.edu", ""], 1.0), "Participant 13"),
            (MOODLE, entry("Jane Doe", 1.0), "Participant 11"),
        ] {
            let (lines, _) = filled(sheet, std::slice::from_ref(&entry));
            assert!(lines.len() == 1 && lines[0].contains(line), "{entry:?}: {lines:?}");
        }
    }

    #[test]
    fn what_is_not_graded_and_who_is_excused_in_moodle_stay_as_they_are() {
        let excused = Entry {
            excused: true,
            ..entry("Eve Poe", None)
        };
        let (lines, notes) = filled(MOODLE, &[entry("Jane Doe", None), excused]);
        assert_eq!(lines, [""; 0]);
        assert_eq!(notes[0], "1 submission not graded, left as they are: Jane Doe");
        assert!(notes[1].starts_with("1 submission excused, for which"), "{notes:?}");
        let (lines, _) = filled(
            CANVAS,
            &[Entry {
                excused: true,
                ..entry("jdoe", None)
            }],
        );
        assert_eq!(lines, ["\"Doe, Jane\",4567,s1,jdoe,001,EX,7,\"3,5\"\r\n"]);
    }

    #[test]
    fn a_row_with_another_name_is_filled_and_told() {
        for (name, want) in [
            ("Jane Doe", None),
            ("doejane", None),
            ("Doe-Smith, Jane", None),
            ("Bob Ray", Some("a (Bob Ray) as Doe, Jane")),
        ] {
            let (lines, notes) = filled(CANVAS, &[of("a", ["4567", "", name], 1.0)]);
            let told = notes.iter().find_map(|note| {
                note.strip_prefix("1 submission found by id or address in a row with another name; look at it: ")
            });
            assert_eq!((lines.len(), told), (1, want), "{name}");
        }
    }

    #[test]
    fn between_two_students_nobody_guesses() {
        for (entries, want) in [
            (
                vec![entry("Bob Ray", 1.0)],
                "s.csv: the name `bob ray` of Bob Ray stands in the lines 5 and 6;",
            ),
            (
                vec![of("a", ["4567", "", ""], 1.0), of("b", ["jdoe", "", ""], 2.0)],
                "s.csv:4: a and b are both of this student;",
            ),
        ] {
            let error = book(CANVAS, None).unwrap().fill(&entries).unwrap_err().to_string();
            assert!(error.starts_with(want), "{error}");
        }
        let twice = CANVAS.replace("4568", "4567");
        let error = book(&twice, None)
            .unwrap()
            .fill(&[of("a", ["4567", "", ""], 1.0)])
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("s.csv: the id `4567` of a stands in the lines 4 and 5;"),
            "{error}"
        );
    }

    #[test]
    fn the_column_is_the_one_that_is_named_or_the_assignments() {
        for (column, want) in [(None, 5), (Some("HW2"), 6), (Some("HW2 (124)"), 6)] {
            assert_eq!(book(CANVAS, column).unwrap().columns.grade, want);
        }
        assert_eq!(book(GERMAN, Some("Bestwertung")).unwrap().columns.grade, 5);
    }

    #[test]
    fn what_cannot_be_filled_is_told() {
        for (text, column, want) in [
            ("a,b\n1,2\n".to_owned(), None, "s.csv is neither a Canvas gradebook"),
            (
                CANVAS.replace("HW1 (123)", "HW3"),
                None,
                "s.csv:1: no column is named `hw1`; name the column with --column, one of: Student | ID",
            ),
            (
                CANVAS.replace("HW2 (124)", "HW1 (125)"),
                None,
                "s.csv:1: 2 columns are named `hw1`;",
            ),
            (
                CANVAS.to_owned(),
                Some("Section"),
                "s.csv:1: `Section` is no assignment;",
            ),
            (
                CANVAS.to_owned(),
                Some("Final Score"),
                "s.csv:1: `Final Score` is no assignment;",
            ),
            (CANVAS.to_owned(), Some("HW9"), "s.csv:1: no column is named `HW9`;"),
            (
                CANVAS.replace("4568,s2,bob@x.edu,001,\"1\",,", "4568,s2"),
                None,
                "s.csv:5: this line has no cell in the column `HW1 (123)`",
            ),
            (
                MOODLE.replace("Last modified (grade)", "x"),
                None,
                "s.csv: there is no column `Last modified (grade)`",
            ),
            (MOODLE.to_owned(), Some("Note"), "s.csv:1: no column is named `Note`;"),
            (
                GERMAN.replace(";10,00", ";"),
                None,
                "s.csv:1: it is not plain which column is the grade;",
            ),
        ] {
            match book(&text, column) {
                Err(error) => assert!(error.starts_with(want), "{error}"),
                Ok(book) => panic!("{want}: column {}", book.columns.grade),
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_filled_in_is_what_counts(hundredths in proptest::collection::vec(0_u32..=1500, 1..40), comma in any::<bool>()) {
            let (delimiter, possible) = if comma { (";", "10,00") } else { (",", "10.00") };
            let header = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"].join(delimiter);
            let row = |number: usize| [&format!("Participant {number}"), "A B", "", possible, "-"].join(delimiter);
            let rows: Vec<String> = (0..hundredths.len()).map(row).collect();
            let text = format!("{header}\r\n{}\r\n", rows.join("\r\n"));
            let points = |hundredths: &u32| Points::hundredths(*hundredths).as_f64();
            let entries: Vec<Entry> = hundredths.iter().enumerate().map(|(number, hundredths)| of("x", [&number.to_string(), "", ""], points(hundredths))).collect();
            let filled = book(&text, None).unwrap().fill(&entries).unwrap();
            let again = Sheet::read("s.csv", filled.text.into()).unwrap();
            let read: Vec<Option<f64>> = again.rows()[1..].iter().map(|row| column::number(&again.text(&row[2]))).collect();
            let want: Vec<Option<f64>> = hundredths.iter().map(|hundredths| Some(points(hundredths))).collect();
            prop_assert_eq!(read, want);
        }
    }
}
