//! What is written into the cells.

use crate::policy::points;
use crate::report::{GradeReport, Status, SubmissionReport, redacted};

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

/// What the student reads beside the grade: points by exercise, and why another number counts.
pub(super) fn feedback(report: &SubmissionReport) -> String {
    let report = redacted(report);
    let mut parts = Vec::new();
    if let Some(score) = report.score {
        parts.push(format!("{} of {} points", points(score.earned), points(score.possible)));
    }
    match report.status {
        Status::Graded => parts.extend(report.exercises.iter().map(|exercise| {
            let (earned, possible) = (points(exercise.earned), points(exercise.possible));
            format!("{}: {earned} of {possible}", exercise.title)
        })),
        Status::BuildFailed | Status::Unusable => {
            let problem = report.problem.as_ref().and_then(|problem| problem.lines().next());
            parts.extend(problem.map(str::to_owned));
        }
        Status::NotGraded => {}
    }
    parts.extend(report.grade.as_ref().and_then(why));
    harmless(&format!("{OURS}{}", parts.join("; ")))
}

/// Why another number counts than the score.
fn why(grade: &GradeReport) -> Option<String> {
    let given = grade
        .points
        .map_or("excused".to_owned(), |given| format!("adjusted to {}", points(given)));
    match (&grade.adjustment, &grade.late) {
        (Some(adjustment), _) if adjustment.comment.is_empty() => Some(given),
        (Some(adjustment), _) => Some(format!("{given}: {}", adjustment.comment)),
        (None, late) => late.as_ref().map(|late| late.why.clone()),
    }
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

    #[test]
    fn the_comment_says_where_the_points_come_from_and_why_others_count() {
        let report = |status, grade: &str| -> SubmissionReport {
            serde_json::from_value(serde_json::json!({
                "id": "ada", "status": status, "problem": "src/lib.rs does not compile\nbecause", "fault": null,
                "notes": [], "source": "", "score": { "earned": 3.5, "possible": 10.0 },
                "exercises": [{
                    "id": "a", "title": "=Logs", "earned": 3.5, "possible": 10.0, "bonus": false, "takeaway": null,
                    "hidden": "1 hidden check: 0 of 6.5 points", "checks": [],
                }],
                "diagnoses": [], "diagnostics": [], "output": "I print", "measured": {},
                "grade": serde_json::from_str::<serde_json::Value>(grade).unwrap(),
            }))
            .unwrap()
        };
        let late = r#"{"points":3.15,"possible":10,"excused":false,"late":{"seconds":1,"penalty":0.35,"why":"1 second late: 1 day at 10 %"},"adjustment":null}"#;
        let adjusted = r#"{"points":9,"possible":10,"excused":false,"late":null,"adjustment":{"comment":"well\ndone","moved_from":null}}"#;
        let excused =
            r#"{"points":null,"possible":10,"excused":true,"late":null,"adjustment":{"comment":"","moved_from":null}}"#;
        for (status, grade, want) in [
            ("graded", "null", "3.5 of 10 points; =Logs: 3.5 of 10"),
            (
                "graded",
                late,
                "3.5 of 10 points; =Logs: 3.5 of 10; 1 second late: 1 day at 10 %",
            ),
            (
                "graded",
                adjusted,
                "3.5 of 10 points; =Logs: 3.5 of 10; adjusted to 9: well done",
            ),
            ("build_failed", "null", "3.5 of 10 points; src/lib.rs does not compile"),
            ("not_graded", excused, "3.5 of 10 points; excused"),
        ] {
            assert_eq!(
                feedback(&report(status, grade)),
                format!("Automatic grading: {want}"),
                "{status} {grade}"
            );
        }
    }
}
