//! Classroom 50's `result.json`. Its scores are integers, so that points are given in hundredths: of whole points too, so
//! that all submissions of a class have one scale.

use serde::Serialize;

use super::sheet::{Sheet, Test};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Outcome {
    schema: &'static str,
    assignment: String,
    owner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    datetime: Option<String>,
    score: i64,
    max_score: i64,
    tests: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Entry {
    test_name: String,
    passed: bool,
    score: i64,
    max_score: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

pub(super) fn result(assignment: &str, sheet: &Sheet<'_>) -> Outcome {
    let report = sheet.report;
    let student = report.student.as_ref().and_then(|student| student.id.clone());
    Outcome {
        schema: "classroom50/result/v1",
        assignment: assignment.to_owned(),
        owner: student.unwrap_or_else(|| report.id.clone()),
        datetime: report.submitted.as_ref().and_then(|submitted| submitted.at.clone()),
        score: sheet.total.unwrap_or_default().0,
        max_score: sheet.possible.0,
        tests: sheet.tests.iter().map(entry).collect(),
    }
}

/// What was done to the points.
pub(super) const ROUNDING: &str = "its scores are integers, so that points are given in hundredths";

fn entry(test: &Test) -> Entry {
    Entry {
        test_name: format!("{}: {}", test.title, test.name),
        passed: test.mark.is_pass(),
        score: test.earned.0,
        max_score: test.possible.0,
        message: test.message.clone(),
    }
}
