//! The results of an Exercism test runner, version 3. It knows no points: a submission passes when all of its tests do.

use serde::Serialize;

use super::sheet::{Kind, Mark, Sheet, Test};

/// The longest output, in characters.
const MAX_OUTPUT: usize = 500;
/// The longest message, in characters.
const MAX_MESSAGE: usize = 65_535;

#[derive(Serialize)]
pub(super) struct Results {
    version: u8,
    status: &'static str,
    message: Option<String>,
    tests: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test_code: Option<String>,
    task_id: usize,
}

pub(super) fn results(sheet: &Sheet<'_>) -> Results {
    if !sheet.is_built() {
        let message = sheet.tests.iter().find_map(|test| test.message.as_deref());
        return Results {
            version: 3,
            status: "error",
            message: message.map(|text| cut(text, MAX_MESSAGE)),
            tests: Vec::new(),
        };
    }
    // What a policy takes off is no test that could pass.
    let is_test = |test: &&Test| test.kind != Kind::Policy;
    let mut tests: Vec<Entry> = sheet.tests.iter().filter(is_test).map(entry).collect();
    show_output(&mut tests, &sheet.report.output);
    let passes = tests.iter().all(|test| test.status == "pass");
    Results {
        version: 3,
        status: if passes { "pass" } else { "fail" },
        message: None,
        tests,
    }
}

/// It is one for all tests, so that it goes where the student looks first.
fn show_output(tests: &mut [Entry], output: &str) {
    let first = tests.iter().position(|test| test.status != "pass").unwrap_or(0);
    if let Some(test) = tests.get_mut(first)
        && !output.is_empty()
    {
        test.output = Some(cut(output, MAX_OUTPUT));
    }
}

fn entry(test: &Test) -> Entry {
    Entry {
        name: format!("{}: {}", test.title, test.name),
        status: match test.mark {
            Mark::Pass => "pass",
            Mark::Fail | Mark::Skipped => "fail",
            Mark::Error | Mark::NotGraded => "error",
        },
        message: test.message.as_deref().map(|text| cut(text, MAX_MESSAGE)),
        output: None,
        test_code: test.code.clone(),
        task_id: test.exercise,
    }
}

fn cut(text: &str, most: usize) -> String {
    const CUT: &str = "… cut";
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - CUT.chars().count()).collect();
    format!("{kept}{CUT}")
}
