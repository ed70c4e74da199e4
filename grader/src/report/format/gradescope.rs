//! Gradescope's `results.json`. Every test in it is visible: one hidden test would hide the student's total.

use serde::Serialize;

use super::sheet::{Hundredths, Mark, Sheet, Test};

#[derive(Serialize)]
pub(super) struct Results {
    score: Option<Hundredths>,
    output: String,
    output_format: &'static str,
    test_output_format: &'static str,
    test_name_format: &'static str,
    /// What the program prints is not for students.
    stdout_visibility: &'static str,
    visibility: &'static str,
    tests: Vec<Result>,
}

#[derive(Serialize)]
struct Result {
    name: String,
    number: String,
    score: Hundredths,
    max_score: Hundredths,
    status: &'static str,
    output: String,
    visibility: &'static str,
}

pub(super) fn results(sheet: &Sheet<'_>) -> Results {
    Results {
        score: sheet.total,
        output: super::markdown::heading(sheet),
        output_format: "text",
        test_output_format: "text",
        test_name_format: "text",
        stdout_visibility: "hidden",
        visibility: "visible",
        tests: sheet.tests.iter().map(result).collect(),
    }
}

fn result(test: &Test) -> Result {
    Result {
        name: format!("{}: {}", test.title, test.name),
        number: format!("{}.{}", test.exercise, test.number),
        score: test.earned,
        max_score: test.possible,
        status: match test.mark {
            Mark::Pass => "passed",
            Mark::Fail | Mark::Error | Mark::Skipped | Mark::NotGraded => "failed",
        },
        output: test.message.clone().unwrap_or_default(),
        visibility: "visible",
    }
}
