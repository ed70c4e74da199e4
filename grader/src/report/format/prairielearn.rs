//! PrairieLearn's results. Its score is a fraction of the points, from 0 to 1.

use serde::Serialize;

use super::sheet::{Hundredths, Kind, Sheet, Test};

/// The longest text of a test, in bytes.
const MAX_MESSAGE: usize = 8 << 10;
/// The longest texts of all tests, in bytes: with their names and as JSON, results may be 1 MB.
const MAX_MESSAGES: usize = 256 << 10;
/// The longest text of a compiler, in bytes.
const MAX_ERRORS: usize = 64 << 10;

#[derive(Serialize)]
pub(super) struct Results {
    gradable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    format_errors: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tests: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    description: String,
    points: Hundredths,
    max_points: Hundredths,
    message: String,
}

/// What does not compile costs the student no attempt, unless the instructor has given it points.
pub(super) fn results(sheet: &Sheet<'_>) -> Results {
    if is_gradable(sheet) {
        let most = MAX_MESSAGE.min(MAX_MESSAGES / sheet.tests.len().max(1));
        return Results {
            gradable: true,
            score: Some(fraction(sheet)),
            format_errors: Vec::new(),
            tests: sheet.tests.iter().map(|test| entry(test, most)).collect(),
        };
    }
    let build = sheet.tests.iter().filter(|test| test.kind == Kind::Build);
    Results {
        gradable: false,
        score: None,
        format_errors: build
            .filter_map(|test| test.message.as_deref())
            .map(|text| cut(text, MAX_ERRORS))
            .collect(),
        tests: Vec::new(),
    }
}

/// What was done to the points, if anything was.
pub(super) fn rounding(sheet: &Sheet<'_>) -> Option<String> {
    let within = Hundredths(0)..=sheet.possible;
    let outside = sheet.total.is_some_and(|total| !within.contains(&total));
    (outside && is_gradable(sheet)).then(|| "its score is from 0 to 1, so that what is beyond is left out".to_owned())
}

fn is_gradable(sheet: &Sheet<'_>) -> bool {
    sheet.is_built()
        || sheet
            .report
            .grade
            .as_ref()
            .is_some_and(|grade| grade.adjustment.is_some())
}

fn fraction(sheet: &Sheet<'_>) -> f64 {
    let total = sheet.total.unwrap_or_default();
    if sheet.possible.0 == 0 {
        return 0.0;
    }
    (total.as_f64() / sheet.possible.as_f64()).clamp(0.0, 1.0)
}

fn entry(test: &Test, most: usize) -> Entry {
    Entry {
        name: test.name.clone(),
        description: test.title.clone(),
        points: test.earned,
        max_points: test.possible,
        message: cut(test.message.as_deref().unwrap_or(test.mark.word()), most),
    }
}

fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}\n… cut", &text[..end])
}
