//! Whole pages, of made-up reports.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::report::{
    AdjustmentReport, CheckReport, DiagnosisReport, DiagnosticReport, ExerciseHeader, ExerciseReport, GradeReport,
    LateReport, ObservedReport, OutcomeReport, ReceiptReport, ScoreReport, Status, StudentReport, SubmittedReport,
    VerdictReport, VisibilityReport, WorstReport,
};

/// What would be a tag, an attribute, an entity, the end of a script, a template's tag.
const HOSTILE: &str = "</pre></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&lt;{{ 1 }}<!--";

fn header() -> Header {
    Header {
        schema: "grader/report/v1".to_owned(),
        assignment: format!("Small {HOSTILE}"),
        receipt: ReceiptReport {
            grader: "1".to_owned(),
            seed: 1,
            ..ReceiptReport::default()
        },
        exercises: vec![ExerciseHeader {
            id: "one".to_owned(),
            title: format!("One {HOSTILE}"),
            possible: 10.0,
            bonus: false,
        }],
        notes: vec![HOSTILE.to_owned()],
    }
}

fn check(id: &str, verdict: VerdictReport, visibility: VisibilityReport) -> CheckReport {
    let text = format!("{id} call\n  got    [1.0, 2.0, 3.0, 4.0]\n  wanted [1.0, 2.0, 3.0, 5.0]\n  {HOSTILE}");
    let failed = verdict != VerdictReport::Pass;
    CheckReport {
        id: id.to_owned(),
        name: format!("{id} name"),
        verdict,
        outcome: Some(OutcomeReport {
            kind: "returned".to_owned(),
            message: String::new(),
        }),
        observed: vec![ObservedReport {
            call: HOSTILE.to_owned(),
            inputs: BTreeMap::from([(HOSTILE.to_owned(), json!(HOSTILE))]),
            got: json!([1.0, 2.0, 3.0, 4.0]),
            want: json!([1.0, 2.0, 3.0, 5.0]),
            worst: Some(WorstReport {
                index: vec![3],
                got: json!(4.0),
                want: json!(5.0),
                difference: json!(1.0),
                allowed: json!(0.1),
            }),
        }],
        cases: 1,
        failing: usize::from(failed),
        earned: 0.0,
        possible: 2.5,
        visibility,
        functions: Vec::new(),
        feedback: (failed && visibility != VisibilityReport::Hidden).then(|| format!("{text}\nhint: {id} hint")),
        detail: failed.then_some(text),
    }
}

/// A submission with everything that there can be.
fn everything(id: &str) -> SubmissionReport {
    SubmissionReport {
        id: id.to_owned(),
        status: Status::Graded,
        problem: Some(HOSTILE.to_owned()),
        fault: Some(HOSTILE.to_owned()),
        notes: vec![HOSTILE.to_owned()],
        source: HOSTILE.to_owned(),
        places: BTreeMap::new(),
        score: Some(ScoreReport {
            earned: 7.5,
            possible: 10.0,
        }),
        exercises: vec![ExerciseReport {
            id: "one".to_owned(),
            title: format!("One {HOSTILE}"),
            earned: 7.5,
            possible: 10.0,
            bonus: false,
            takeaway: Some(HOSTILE.to_owned()),
            hidden: Some("1 hidden check: 0 of 2.5 points".to_owned()),
            checks: vec![
                check("passing", VerdictReport::Pass, VisibilityReport::Public),
                check("failing", VerdictReport::Fail, VisibilityReport::Public),
                check("secret", VerdictReport::Fail, VisibilityReport::Hidden),
                check("skipped", VerdictReport::Skipped, VisibilityReport::Public),
            ],
        }],
        diagnoses: vec![DiagnosisReport {
            function: HOSTILE.to_owned(),
            id: "swapped".to_owned(),
            name: HOSTILE.to_owned(),
            misconception: HOSTILE.to_owned(),
            hint: HOSTILE.to_owned(),
            visible: true,
            certain: true,
        }],
        diagnostics: vec![DiagnosticReport {
            message: HOSTILE.to_owned(),
            place: Some(HOSTILE.to_owned()),
            rendered: HOSTILE.to_owned(),
        }],
        output: HOSTILE.to_owned(),
        measured: BTreeMap::new(),
        student: Some(StudentReport {
            name: Some(format!("Ada {HOSTILE}")),
            id: Some(HOSTILE.to_owned()),
            email: Some(HOSTILE.to_owned()),
        }),
        submitted: Some(SubmittedReport {
            at: Some("2026-11-24T09:30:15Z".to_owned()),
            late: true,
            source: HOSTILE.to_owned(),
        }),
        grade: Some(GradeReport {
            points: Some(6.0),
            possible: 10.0,
            excused: false,
            late: Some(LateReport {
                seconds: Some(60),
                penalty: 1.0,
                why: format!("1 minute late {HOSTILE}"),
            }),
            adjustment: Some(AdjustmentReport {
                comment: format!("a kind word {HOSTILE}"),
                moved_from: Some(7.0),
            }),
        }),
    }
}

fn class_page(submissions: &[SubmissionReport]) -> String {
    let ids: Vec<&str> = submissions.iter().map(|submission| submission.id.as_str()).collect();
    let mut read = |id: &str| {
        let found = submissions.iter().find(|submission| submission.id == id);
        Ok(found.unwrap().clone())
    };
    let mut text = Vec::new();
    page(&header(), &ids, &mut read, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn page_of(report: &SubmissionReport) -> String {
    let mut text = Vec::new();
    student_page(&header(), report, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn what_a_student_wrote_is_text_wherever_it_stands() {
    let report = everything(HOSTILE);
    for (page, scripts) in [(class_page(std::slice::from_ref(&report)), 1), (page_of(&report), 0)] {
        assert!(page.contains("&#60;img src=x onerror=alert(1)&#62;"));
        assert_eq!(page.matches("<script").count(), scripts);
        for tag in ["<img", "onerror=alert(1)>", "<!--"] {
            assert!(!page.contains(tag), "{tag}");
        }
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let report = everything("alice");
    for page in [class_page(std::slice::from_ref(&report)), page_of(&report)] {
        assert!(page.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"));
        let links = page.split(" href=\"").skip(1);
        assert!(links.into_iter().all(|link| link.starts_with('#')));
        for word in [" src=\"", "url(\"", "url(h", "@import", "http:", "https:", " style=\""] {
            assert!(!page.contains(word), "{word}");
        }
    }
}

#[test]
fn the_class_sees_hidden_checks_and_a_student_does_not() {
    let report = everything("alice");
    let (class, student) = (class_page(std::slice::from_ref(&report)), page_of(&report));
    assert!(class.contains("secret name") && class.contains("secret call"));
    assert!(!student.contains("secret"));
    for text in [
        "1 hidden check: 0 of 2.5 points",
        "failing hint",
        "passing name",
        "a kind word",
        "6 of 10",
    ] {
        assert!(student.contains(text), "{text}");
    }
}

#[test]
fn the_entry_that_differs_is_marked_and_drawn() {
    let student = page_of(&everything("alice"));
    assert!(student.contains("[1.0, 2.0, 3.0, <mark>4.0</mark>]"));
    assert!(student.contains("they differ most at entry 3"));
}

#[test]
fn a_failure_that_several_share_stands_in_full_once() {
    let class = class_page(&[everything("alice"), everything("bob"), everything("carol")]);
    assert_eq!(class.matches("failing hint").count(), 1);
    assert_eq!(class.matches("same as 2 others").count(), 4);
}

#[test]
fn a_check_is_rated_by_those_who_were_judged_by_it() {
    let mut tallies = Tallies::default();
    for verdict in [
        VerdictReport::Pass,
        VerdictReport::Fail,
        VerdictReport::Fail,
        VerdictReport::Skipped,
    ] {
        let mut report = everything("alice");
        report.exercises[0].checks = vec![check("it", verdict, VisibilityReport::Public)];
        tallies.add(&report);
    }
    let overview = tallies.overview(&header());
    let line = &overview.hardest[0];
    assert_eq!((line.passed, line.judged, line.skipped, line.percent), (1, 3, 1, 33));
    assert_eq!(line.way.map(|way| (way.first, way.count)), Some((1, 2)));
    assert_eq!(overview.misconceptions[0].certain, [0, 1, 2, 3]);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let mut read = |_: &str| Err(io::Error::other("gone"));
    assert!(page(&header(), &["alice"], &mut read, &mut Vec::new()).is_err());
}

#[test]
fn a_class_without_submissions_has_a_page() {
    assert!(class_page(&[]).contains("<tbody>"));
}
