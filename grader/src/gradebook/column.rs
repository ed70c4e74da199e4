//! Whose sheet it is, and what stands in which column.
//!
//! Canvas names its columns in English everywhere. Moodle translates its own; what is not named in English is found by what
//! is in it: the grade stands before a column with one and the same maximum for all.

use super::GradebookError;
use crate::sheet::Sheet;

/// What stands where.
#[derive(Debug)]
pub(super) struct Columns {
    /// The grade.
    pub(super) grade: usize,
    /// Comments for the student.
    pub(super) feedback: Option<usize>,
    /// Whether the grade may be changed.
    pub(super) locked: Option<usize>,
    /// The id in the learning system; its last digits count.
    pub(super) id: usize,
    /// Other ids.
    pub(super) logins: Vec<usize>,
    /// Addresses.
    pub(super) emails: Vec<usize>,
    /// The full name.
    pub(super) name: Option<usize>,
    /// The rows with a student.
    pub(super) students: Vec<usize>,
    /// The most points there are in the sheet.
    pub(super) maximum: Option<f64>,
    /// Whether a comma divides decimals.
    pub(super) comma: bool,
    /// What is written for who is excused.
    pub(super) excused: Option<&'static str>,
}

impl Columns {
    pub(super) fn find(sheet: &Sheet, assignment: &str, column: Option<&str>) -> Result<Self, GradebookError> {
        let table = Table {
            sheet,
            header: sheet.header(),
        };
        let is = |index: usize, name: &str| table.header.get(index).is_some_and(|cell| cell == name);
        if is(0, "Student") && is(1, "ID") {
            table.canvas(assignment, column)
        } else if is(0, "Identifier") || table.has_participants() {
            table.moodle(column)
        } else {
            Err(GradebookError::Unknown(sheet.file.clone()))
        }
    }
}

/// Whether a word says no.
pub(super) fn is_no(word: &str) -> bool {
    const NO: &[&str] = &[
        "no",
        "nein",
        "non",
        "não",
        "nao",
        "nee",
        "nej",
        "nei",
        "ei",
        "nie",
        "ne",
        "нет",
        "hayır",
        "否",
        "いいえ",
    ];
    NO.contains(&word.to_lowercase().as_str())
}

fn is_yes(word: &str) -> bool {
    const YES: &[&str] = &[
        "yes", "ja", "oui", "sí", "si", "sì", "sim", "kyllä", "tak", "ano", "да", "evet", "是", "はい",
    ];
    YES.contains(&word.to_lowercase().as_str())
}

/// A number, with a point or a comma before its decimals.
pub(super) fn number(text: &str) -> Option<f64> {
    let number: f64 = text.trim().replacen(',', ".", 1).parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

struct Table<'a> {
    sheet: &'a Sheet,
    header: Vec<String>,
}

impl Table<'_> {
    fn text(&self, row: usize, column: usize) -> String {
        let cell = self.sheet.rows()[row].get(column);
        cell.map_or_else(String::new, |cell| self.sheet.text(cell).trim().to_owned())
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.eq_ignore_ascii_case(name))
    }

    /// The only column with a name.
    fn only(&self, name: &str, matches: impl Fn(&str) -> bool) -> Result<usize, GradebookError> {
        let found: Vec<usize> = (0..self.header.len())
            .filter(|index| matches(&self.header[*index]))
            .collect();
        match found.as_slice() {
            [only] => Ok(*only),
            [] => Err(self.no_column(format!("no column is named `{name}`"))),
            several => Err(self.no_column(format!("{} columns are named `{name}`", several.len()))),
        }
    }

    fn no_column(&self, what: String) -> GradebookError {
        let known: Vec<&str> = self
            .header
            .iter()
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        GradebookError::Column {
            place: format!("{}:1", self.sheet.file),
            what,
            known: known.join(" | "),
        }
    }

    fn canvas(&self, assignment: &str, column: Option<&str>) -> Result<Columns, GradebookError> {
        let section = self.named("Section").unwrap_or(1);
        let grade = match column {
            Some(name) => self
                .only(name, |cell| cell == name)
                .or_else(|error| self.only(name, |cell| title(cell) == name).map_err(|_| error))?,
            None => self.only(assignment, |cell| title(cell).eq_ignore_ascii_case(assignment.trim()))?,
        };
        let rows = 1..self.sheet.rows().len();
        let (students, others): (Vec<usize>, Vec<usize>) = rows.partition(|row| !self.text(*row, 1).is_empty());
        // Instead of possible points, columns that Canvas computes have `(read only)`, in its language.
        let is_computed = others.iter().any(|row| self.text(*row, grade).starts_with('('));
        if grade <= section || is_computed {
            return Err(self.no_column(format!("`{}` is no assignment", self.header[grade])));
        }
        let logins = ["SIS Login ID", "SIS User ID", "Integration ID"];
        let logins: Vec<usize> = logins.iter().filter_map(|name| self.named(name)).collect();
        Ok(Columns {
            grade,
            feedback: None,
            locked: None,
            id: 1,
            emails: logins.clone(),
            logins,
            name: Some(0),
            maximum: others
                .iter()
                .find_map(|row| number(&self.text(*row, grade)))
                .filter(|most| *most > 0.0),
            comma: self.has_commas(&[grade]),
            students,
            excused: Some("EX"),
        })
    }

    fn moodle(&self, column: Option<&str>) -> Result<Columns, GradebookError> {
        if self.header[0] == "Identifier" && self.named("Last modified (grade)").is_none() {
            return Err(GradebookError::Incomplete(self.sheet.file.clone()));
        }
        let rows = 1..self.sheet.rows().len();
        let students: Vec<usize> = rows.filter(|row| !self.text(*row, 0).is_empty()).collect();
        let grade = match (column, self.named("Grade")) {
            (Some(name), _) => self.only(name, |cell| cell == name)?,
            (None, Some(grade)) => grade,
            (None, None) => self.grade_by_content(&students)?,
        };
        if grade == 0 {
            return Err(self.no_column(format!("`{}` is no grade", self.header[grade])));
        }
        let feedback = ["Feedback comments", "Feedback als Kommentar"];
        let columns = || 0..self.header.len();
        let emails: Vec<usize> = columns()
            .filter(|column| self.header[*column].to_lowercase().contains("mail"))
            .collect();
        let is_name = grade != 1 && !emails.contains(&1);
        Ok(Columns {
            grade,
            feedback: feedback.iter().find_map(|name| self.named(name)),
            locked: columns()
                .skip(grade + 1)
                .find(|column| self.is_yes_or_no(*column, &students)),
            id: 0,
            logins: self.named("ID number").into_iter().collect(),
            emails,
            name: self.named("Full name").or(is_name.then_some(1)),
            maximum: self.same_number(self.named("Maximum Grade").unwrap_or(grade + 1), &students),
            comma: self.has_commas(&[grade, grade + 1]),
            students,
            excused: None,
        })
    }

    /// Whether all rows begin with a word and a number.
    fn has_participants(&self) -> bool {
        let mut rows = (1..self.sheet.rows().len()).map(|row| self.text(row, 0)).peekable();
        let is_participant = |text: String| {
            let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
            word.len() < text.len() && word.chars().any(char::is_alphabetic)
        };
        self.header.len() > 2 && rows.peek().is_some() && rows.all(is_participant)
    }

    fn grade_by_content(&self, students: &[usize]) -> Result<usize, GradebookError> {
        let is_grade = |column: &usize| {
            let grades = || students.iter().map(|row| self.text(*row, *column));
            let is_free = grades().all(|text| text.is_empty() || text == "-" || number(&text).is_some());
            is_free && self.same_number(column + 1, students).is_some()
        };
        let found: Vec<usize> = (1..self.header.len()).filter(is_grade).collect();
        match found.as_slice() {
            [only] => Ok(*only),
            _ => Err(self.no_column("it is not plain which column is the grade".to_owned())),
        }
    }

    /// The number that stands in all rows of a column.
    fn same_number(&self, column: usize, students: &[usize]) -> Option<f64> {
        let mut numbers = students.iter().map(|row| number(&self.text(*row, column)));
        let first = numbers.next()??;
        (first > 0.0 && numbers.all(|number| number == Some(first))).then_some(first)
    }

    fn is_yes_or_no(&self, column: usize, students: &[usize]) -> bool {
        let mut words = students.iter().map(|row| self.text(*row, column));
        !students.is_empty() && words.all(|word| is_yes(&word) || is_no(&word))
    }

    /// Whether numbers in these columns have their decimals after a comma.
    fn has_commas(&self, columns: &[usize]) -> bool {
        let cells = || (1..self.sheet.rows().len()).flat_map(|row| columns.iter().map(move |column| (row, *column)));
        let numbers = || {
            cells()
                .map(|(row, column)| self.text(row, column))
                .filter(|text| number(text).is_some())
        };
        numbers().any(|text| text.contains(','))
            || self.sheet.has_semicolons() && !numbers().any(|text| text.contains('.'))
    }
}

/// An assignment's title in Canvas: the header without the id after it.
fn title(header: &str) -> &str {
    let digits = header.strip_suffix(')').and_then(|header| header.rsplit_once(" ("));
    match digits {
        Some((title, id)) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) => title,
        Some(_) | None => header,
    }
}
