//! `adjustments.csv`: what the instructor changes by hand.
//!
//! Columns `submission`, `points`, `comment` and, if wanted, `automatic`, in any order. All that is wrong is told at once,
//! and then nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use grader_engine::Points;
use serde::{Deserialize, Serialize};

use super::points;
use crate::sheet::{Cell, Sheet};

/// What the instructor says of one submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// What counts.
    pub award: Award,
    /// Why, for the student.
    pub comment: String,
    /// The automatic score that the instructor saw, as far as that is known.
    pub seen: Option<Points>,
}

/// What counts by the instructor's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Award {
    /// So many points.
    Points(Points),
    /// Nothing is wanted of the student.
    Excused,
}

/// What is wrong with a file of adjustments, a line each.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct AdjustmentsError(Vec<String>);

/// How many mistakes are told at once.
const TOLD: usize = 20;

/// Which columns there are, by their place.
struct Columns {
    submission: usize,
    points: usize,
    comment: usize,
    automatic: Option<usize>,
}

/// The adjustments in a sheet, by submission, none of them of more than `most` points.
///
/// # Errors
/// All that is wrong with it.
pub fn adjustments(
    sheet: &Sheet,
    submissions: &BTreeSet<String>,
    most: f64,
) -> Result<BTreeMap<String, Adjustment>, AdjustmentsError> {
    let columns = Columns::find(sheet)?;
    let (mut adjustments, mut errors) = (BTreeMap::new(), Vec::new());
    let is_blank = |row: &&Vec<Cell>| row.iter().all(|cell| sheet.text(cell).trim().is_empty());
    for row in sheet.rows()[1..].iter().filter(|row| !is_blank(row)) {
        if errors.len() == TOLD {
            errors.push("… and maybe more".to_owned());
            break;
        }
        match columns.read(sheet, row, most) {
            Ok((id, _)) if !submissions.contains(&id) => {
                let message = format!("there is no submission `{id}`");
                errors.push(at(sheet, row, columns.submission, &message));
            }
            Ok((id, _)) if adjustments.contains_key(&id) => {
                let message = format!("`{id}` is adjusted twice");
                errors.push(at(sheet, row, columns.submission, &message));
            }
            Ok((id, adjustment)) => {
                adjustments.insert(id, adjustment);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(adjustments)
    } else {
        Err(AdjustmentsError(errors))
    }
}

impl Columns {
    fn find(sheet: &Sheet) -> Result<Self, AdjustmentsError> {
        let header = sheet.header();
        let find = |name: &str| header.iter().position(|cell| cell == name);
        let mut errors = Vec::new();
        for (index, name) in header.iter().enumerate() {
            let message = match name.as_str() {
                "submission" | "points" | "comment" | "automatic" if find(name) == Some(index) => continue,
                "submission" | "points" | "comment" | "automatic" => format!("there are two columns `{name}`"),
                _ => format!("unknown column `{name}`; known are submission, points, comment and automatic"),
            };
            errors.push(at(sheet, &sheet.rows()[0], index, &message));
        }
        match (find("submission"), find("points"), find("comment")) {
            (Some(submission), Some(points), Some(comment)) if errors.is_empty() => Ok(Self {
                submission,
                points,
                comment,
                automatic: find("automatic"),
            }),
            (Some(_), Some(_), Some(_)) => Err(AdjustmentsError(errors)),
            _ => {
                let message = "the first line has to name the columns: submission,points,comment";
                errors.insert(0, at(sheet, &sheet.rows()[0], 0, message));
                Err(AdjustmentsError(errors))
            }
        }
    }

    fn read(&self, sheet: &Sheet, row: &[Cell], most: f64) -> Result<(String, Adjustment), String> {
        let width = sheet.rows()[0].len();
        if row.len() != width {
            let message = format!("this line has {} cells, and the first line {width}", row.len());
            return Err(at(sheet, row, 0, &message));
        }
        let text = |column: usize| sheet.text(&row[column]).trim().to_owned();
        let number = |column: usize| number(&text(column)).map_err(|why| at(sheet, row, column, &why));
        let award = if text(self.points).eq_ignore_ascii_case("EX") {
            Award::Excused
        } else {
            Award::Points(number(self.points)?)
        };
        if let Award::Points(given) = award
            && given > points(most)
        {
            let message = format!("{given} points are more than the {} there can be", points(most));
            return Err(at(sheet, row, self.points, &message));
        }
        let seen = self.automatic.filter(|column| !text(*column).is_empty());
        let adjustment = Adjustment {
            award,
            comment: text(self.comment),
            seen: seen.map(number).transpose()?,
        };
        Ok((text(self.submission), adjustment))
    }
}

fn number(text: &str) -> Result<Points, String> {
    let number: Option<f64> = text.parse().ok();
    match number.filter(|number| number.is_finite()) {
        Some(number) if number < 0.0 => Err(format!("{text} is below 0")),
        Some(number) => Points::from_f64(number).ok_or_else(|| format!("{text} is not in whole hundredths of a point")),
        None if text.contains(',') => Err(format!("`{text}` is no number; decimals come after a point, as in 8.5")),
        None => Err(format!("`{text}` is no number of points, and not EX for excused")),
    }
}

fn at(sheet: &Sheet, row: &[Cell], column: usize, message: &str) -> String {
    let place = row
        .get(column)
        .or(row.first())
        .map_or(sheet.file.clone(), |cell| sheet.place(cell));
    format!("{place}: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let sheet = Sheet::read("a.csv", text.into()).unwrap();
        let ids = ["ada", "bob", "Zoë 李"].map(str::to_owned).into();
        let adjustments = adjustments(&sheet, &ids, 12.0).map_err(|error| error.to_string())?;
        let line = |(id, adjustment): (String, Adjustment)| {
            let award = match adjustment.award {
                Award::Points(points) => points.to_string(),
                Award::Excused => "excused".to_owned(),
            };
            let seen = adjustment.seen.map_or("-".to_owned(), |seen| seen.to_string());
            format!("{id} {award} {seen} {}", adjustment.comment)
        };
        Ok(adjustments.into_iter().map(line).collect())
    }

    #[test]
    fn columns_come_in_any_order_and_automatic_only_if_wanted() {
        for (text, want) in [
            ("submission,points,comment\n", vec![]),
            ("submission,points,comment\n,,\n\n , ,\n", vec![]),
            (
                "submission,points,comment\nada,8.5,\"better, by hand\"\n",
                vec!["ada 8.5 - better, by hand"],
            ),
            (
                "comment;points;submission;automatic\r\nill;ex;bob;3\r\n",
                vec!["bob excused 3 ill"],
            ),
            (
                "\u{feff}points,submission,comment,automatic\n 12 , Zoë 李 ,,\n0,ada,x,0.07",
                vec!["Zoë 李 12 - ", "ada 0 0.07 x"],
            ),
        ] {
            assert_eq!(read(text).unwrap(), want, "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let header = "submission,points,comment,automatic\n";
        for (line, want) in [
            ("eve,1,,", "a.csv:2:1: there is no submission `eve`"),
            ("ada,1,,\nada,1,,", "a.csv:3:1: `ada` is adjusted twice"),
            ("ada,,,", "a.csv:2:5: `` is no number of points, and not EX for excused"),
            (
                "ada,many,,",
                "a.csv:2:5: `many` is no number of points, and not EX for excused",
            ),
            (
                "ada,nan,,",
                "a.csv:2:5: `nan` is no number of points, and not EX for excused",
            ),
            (
                "ada,inf,,",
                "a.csv:2:5: `inf` is no number of points, and not EX for excused",
            ),
            (
                "ada,1e400,,",
                "a.csv:2:5: `1e400` is no number of points, and not EX for excused",
            ),
            (
                "ada,\"8,5\",,",
                "a.csv:2:5: `8,5` is no number; decimals come after a point, as in 8.5",
            ),
            ("ada,-1,,", "a.csv:2:5: -1 is below 0"),
            ("ada,8.333,,", "a.csv:2:5: 8.333 is not in whole hundredths of a point"),
            (
                "ada,12.01,,",
                "a.csv:2:5: 12.01 points are more than the 12 there can be",
            ),
            (
                "ada,1,,x",
                "a.csv:2:8: `x` is no number of points, and not EX for excused",
            ),
            ("ada,1", "a.csv:2:1: this line has 2 cells, and the first line 4"),
            (
                "ada,x,,\nbob,y,,",
                "a.csv:2:5: `x` is no number of points, and not EX for excused\na.csv:3:5: `y` is no number of points, and not EX for excused",
            ),
        ] {
            assert_eq!(read(&format!("{header}{line}\n")).unwrap_err(), want, "{line}");
        }
        for (text, want) in [
            (
                "ada,8.5,x\n",
                "a.csv:1:1: the first line has to name the columns: submission,points,comment",
            ),
            (
                "submission,points,comment,points\n",
                "a.csv:1:27: there are two columns `points`",
            ),
            ("submission,points,comment,late\n", "a.csv:1:27: unknown column `late`"),
        ] {
            assert!(read(text).unwrap_err().starts_with(want), "{text}");
        }
    }
}
