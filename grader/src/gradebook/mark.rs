//! What is written into the cells.

use crate::policy::points;
use crate::report::SubmissionReport;

/// How a comment begins that is ours, so that it can be replaced another time.
const OURS: &str = "Automatic grading: ";

/// Points with two decimals, scaled to the sheet's maximum if there is one, halves away from zero.
pub(super) fn number(earned: f64, possible: f64, maximum: Option<f64>, comma: bool) -> String {
    let hundredths = |number: f64| u64::from(points(number).in_hundredths());
    let (earned, possible) = (hundredths(earned), hundredths(possible));
    let scaled = match maximum {
        Some(maximum) if possible > 0 => (earned * hundredths(maximum) + possible / 2) / possible,
        Some(_) | None => earned,
    };
    let separator = if comma { ',' } else { '.' };
    format!("{}{separator}{:02}", scaled / 100, scaled % 100)
}

/// Whether two numbers of points are not the same.
pub(super) fn differ(a: f64, b: f64) -> bool {
    points(a) != points(b)
}

/// What the student reads beside the grade: points by exercise, and why another number counts.
pub(super) fn feedback(report: &SubmissionReport) -> String {
    let mut parts = Vec::new();
    if let Some(score) = report.score {
        parts.push(format!("{} of {} points", points(score.earned), points(score.possible)));
    }
    for exercise in report.exercises.iter().filter(|exercise| !exercise.checks.is_empty()) {
        let (earned, possible) = (points(exercise.earned), points(exercise.possible));
        parts.push(format!("{}: {earned} of {possible}", exercise.title));
    }
    if parts.len() <= 1 {
        parts.extend(
            report
                .problem
                .as_ref()
                .and_then(|problem| problem.lines().next())
                .map(str::to_owned),
        );
    }
    if let Some(grade) = &report.grade {
        parts.extend(grade.late.as_ref().map(|late| late.why.clone()));
        let adjustment = grade.adjustment.as_ref();
        let given = grade
            .points
            .map_or("excused".to_owned(), |given| format!("adjusted to {}", points(given)));
        parts.extend(adjustment.map(|adjustment| format!("{given}: {}", adjustment.comment)));
    }
    harmless(&format!("{OURS}{}", parts.join("; ")))
}

/// Whether a comment is empty or ours.
pub(super) fn may_replace(comment: &str) -> bool {
    let comment = comment.trim();
    comment.is_empty() || comment.contains(OURS.trim())
}

/// A line that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.trim();
    if line.starts_with(['=', '+', '-', '@']) {
        format!("'{line}")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_decimals_and_fit_the_sheet() {
        for (earned, possible, maximum, comma, want) in [
            (8.5, 10.0, None, false, "8.50"),
            (8.5, 10.0, None, true, "8,50"),
            (0.0, 10.0, None, false, "0.00"),
            (0.07, 10.0, None, false, "0.07"),
            (100.0, 100.0, None, false, "100.00"),
            (8.5, 10.0, Some(100.0), false, "85.00"),
            (3.33, 10.0, Some(15.0), false, "5.00"),
            (0.01, 10.0, Some(5.0), false, "0.01"),
            (12.0, 10.0, Some(5.0), false, "6.00"),
            (1.0, 0.0, Some(5.0), false, "1.00"),
            (f64::NAN, 10.0, None, false, "0.00"),
        ] {
            assert_eq!(
                number(earned, possible, maximum, comma),
                want,
                "{earned} {possible} {maximum:?}"
            );
        }
    }

    #[test]
    fn no_comment_is_a_formula_and_none_of_somebody_else_is_replaced() {
        for (text, want) in [
            ("=1+1", "'=1+1"),
            ("\t=1", "'=1"),
            ("@x", "'@x"),
            ("-1", "'-1"),
            ("a\r\nb", "a  b"),
            ("fine", "fine"),
        ] {
            assert_eq!(harmless(text), want);
        }
        for (comment, want) in [
            ("", true),
            (" ", true),
            ("<p>Automatic grading: 3 of 4</p>", true),
            ("well done", false),
        ] {
            assert_eq!(may_replace(comment), want, "{comment}");
        }
    }
}
