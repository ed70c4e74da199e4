//! Classroom 50's `result.json`. Its scores are integers: where points are not whole, all of them are given in hundredths.

use serde::Serialize;

use super::sheet::{Hundredths, Sheet, Test};

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
    let scale = scale(sheet);
    let report = sheet.report;
    let student = report.student.as_ref().and_then(|student| student.id.clone());
    Outcome {
        schema: "classroom50/result/v1",
        assignment: assignment.to_owned(),
        owner: student.unwrap_or_else(|| report.id.clone()),
        datetime: report.submitted.as_ref().and_then(|submitted| submitted.at.clone()),
        score: sheet.total.map_or(0, scale),
        max_score: scale(sheet.possible),
        tests: sheet.tests.iter().map(|test| entry(test, scale)).collect(),
    }
}

/// What was done to the points, if anything was.
pub(super) fn rounding(sheet: &Sheet<'_>) -> Option<String> {
    (!is_whole(sheet)).then(|| "its scores are integers, so that points are given in hundredths".to_owned())
}

fn entry(test: &Test, scale: fn(Hundredths) -> i64) -> Entry {
    Entry {
        test_name: format!("{}: {}", test.title, test.name),
        passed: test.mark.is_pass(),
        score: scale(test.earned),
        max_score: scale(test.possible),
        message: test.message.clone(),
    }
}

fn scale(sheet: &Sheet<'_>) -> fn(Hundredths) -> i64 {
    if is_whole(sheet) {
        |points| points.0 / 100
    } else {
        |points| points.0
    }
}

/// By what is possible alone, so that all submissions of an assignment are on one scale wherever that can be.
fn is_whole(sheet: &Sheet<'_>) -> bool {
    let of_tests = sheet.tests.iter().flat_map(|test| [test.earned, test.possible]);
    of_tests
        .chain(sheet.total)
        .chain([sheet.possible])
        .all(Hundredths::is_whole)
}
