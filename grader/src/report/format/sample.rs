//! A small made-up class for tests: every status, verdict and visibility, and names that mean harm.

use std::collections::BTreeMap;

use serde_json::json;

use crate::report::{
    AdjustmentReport, CheckReport, DiagnosisReport, DiagnosticReport, ExerciseHeader, ExerciseReport, GradeReport,
    Header, LateReport, ObservedReport, OutcomeReport, ReceiptReport, ScoreReport, Status, StudentReport,
    SubmissionReport, SubmittedReport, VerdictReport, VisibilityReport,
};

/// What stands wherever a student must not look.
pub(super) const CANARY: &str = "CANARY";

/// Text that means something to HTML, XML, CSV, terminals, Markdown and GitHub.
pub(super) const HOSTILE: &str =
    "=cmd|' <b>&amp;\"x\"]]> %0A::error::\u{1b}[31m\u{0}, 🦀\n::set-output name=a::b\n```\n# h";

pub(super) fn header() -> Header {
    let exercise = |id: &str, possible, bonus| ExerciseHeader {
        id: id.to_owned(),
        title: title(id),
        possible,
        bonus,
    };
    let secret = || CANARY.to_owned();
    Header {
        schema: "grader/report/v1".to_owned(),
        assignment: "A & B <small>".to_owned(),
        receipt: ReceiptReport {
            grader: secret(),
            spec: secret(),
            contract: secret(),
            reference: secret(),
            toolchain: secret(),
            seed: 1,
            secret_seed: secret(),
            sandbox: secret(),
        },
        exercises: vec![
            exercise("values", 7.5, false),
            exercise("all", 2.5, false),
            exercise("extra", 1.0, true),
        ],
        notes: vec![secret()],
    }
}

fn title(id: &str) -> String {
    format!("The <{id}>, \"part\"")
}

pub(super) fn check(
    name: &str,
    verdict: VerdictReport,
    visibility: VisibilityReport,
    [earned, possible]: [f64; 2],
) -> CheckReport {
    let passes = verdict == VerdictReport::Pass;
    let text = |text: &str| match visibility {
        VisibilityReport::Public => format!("{text} of {name}"),
        VisibilityReport::Named | VisibilityReport::Hidden => format!("{CANARY} {text}"),
    };
    let hidden = visibility == VisibilityReport::Hidden;
    CheckReport {
        id: if hidden { CANARY.to_owned() } else { "check".to_owned() },
        name: if hidden {
            format!("{CANARY} {name}")
        } else {
            name.to_owned()
        },
        functions: vec![text("f")],
        verdict,
        outcome: Some(OutcomeReport {
            kind: text("panicked"),
            message: text("panicked at"),
        }),
        observed: vec![ObservedReport {
            call: text("f(x)"),
            inputs: BTreeMap::from([(text("x"), json!([1.0, "nan", text("input")]))]),
            got: json!(text("got")),
            want: json!(text("want")),
            worst: None,
        }],
        cases: 123_456,
        failing: 98_765,
        earned,
        possible,
        visibility,
        feedback: (!passes).then(|| text("feedback")),
        detail: Some(format!("{CANARY} detail")),
    }
}

pub(super) fn exercise(id: &str, [earned, possible]: [f64; 2], checks: Vec<CheckReport>) -> ExerciseReport {
    let hidden = checks
        .iter()
        .filter(|check| check.visibility == VisibilityReport::Hidden)
        .count();
    ExerciseReport {
        id: id.to_owned(),
        title: title(id),
        earned,
        possible,
        bonus: id == "extra",
        takeaway: Some("What to *remember*.".to_owned()),
        hidden: (hidden > 0).then(|| format!("{hidden} hidden checks: some points")),
        checks,
    }
}

pub(super) fn submission(id: &str, status: Status, score: Option<ScoreReport>) -> SubmissionReport {
    SubmissionReport {
        id: id.to_owned(),
        status,
        problem: None,
        fault: None,
        notes: Vec::new(),
        source: "0123".to_owned(),
        score,
        exercises: vec![
            exercise("values", [0.0, 7.5], Vec::new()),
            exercise("all", [0.0, 2.5], Vec::new()),
            exercise("extra", [0.0, 1.0], Vec::new()),
        ],
        diagnoses: Vec::new(),
        diagnostics: Vec::new(),
        output: String::new(),
        measured: BTreeMap::from([(CANARY.to_owned(), 1.25)]),
        places: BTreeMap::new(),
        student: None,
        submitted: None,
        grade: None,
    }
}

fn diagnosis(name: &str, visible: bool) -> DiagnosisReport {
    DiagnosisReport {
        function: "f".to_owned(),
        id: name.to_owned(),
        name: name.to_owned(),
        misconception: format!("{name} is believed"),
        hint: format!("{name} is no good"),
        visible,
        certain: false,
    }
}

/// Graded, with every verdict and every visibility.
pub(super) fn graded() -> SubmissionReport {
    use VerdictReport::{Error, Fail, Pass, Skipped};
    use VisibilityReport::{Hidden, Named, Public};
    let score = ScoreReport {
        earned: 4.57,
        possible: 10.0,
    };
    let values = vec![
        check("f of one", Pass, Public, [1.25, 1.25]),
        check(HOSTILE, Fail, Public, [0.0, 1.25]),
        check("f panics", Error, Public, [0.0, 1.0]),
        check("f, again", Skipped, Public, [0.0, 1.0]),
        check("f: named", Error, Named, [0.0, 0.5]),
        check("f of two", Pass, Hidden, [1.32, 1.5]),
        check("f of three", Fail, Hidden, [0.0, 1.0]),
    ];
    // All or nothing: what one check earns is lost to the other.
    let all = vec![
        check("g", Pass, Public, [1.25, 1.25]),
        check("g of none", Fail, Hidden, [0.0, 1.25]),
    ];
    let extra = vec![check("f of one", Pass, Named, [1.0, 1.0])];
    let place = "src/a,b:c.rs:12".to_owned();
    SubmissionReport {
        exercises: vec![
            exercise("values", [3.57, 7.5], values),
            exercise("all", [0.0, 2.5], all),
            exercise("extra", [1.0, 1.0], extra),
        ],
        diagnoses: vec![diagnosis("f without a logarithm", true), diagnosis(CANARY, false)],
        output: format!("{HOSTILE}\n{}", "printed ".repeat(100)),
        places: BTreeMap::from([(format!("f of {HOSTILE}"), place)]),
        notes: vec!["the crate is in `x`".to_owned()],
        ..submission("=alice, <1>", Status::Graded, Some(score))
    }
}

/// One of each.
pub(super) fn class() -> Vec<SubmissionReport> {
    let score = |earned| Some(ScoreReport { earned, possible: 10.0 });
    let grade = |points, excused| GradeReport {
        points,
        possible: 10.0,
        excused,
        late: None,
        adjustment: None,
    };
    let mut late = graded();
    late.id = "late".to_owned();
    late.student = Some(StudentReport {
        name: Some("Doe, =Jane".to_owned()),
        id: Some("-4567x".to_owned()),
        email: Some("@j.edu".to_owned()),
    });
    late.submitted = Some(SubmittedReport {
        at: Some("2026-06-01T14:32:01Z".to_owned()),
        late: true,
        source: "name".to_owned(),
    });
    late.grade = Some(GradeReport {
        late: Some(LateReport {
            seconds: Some(90_000),
            penalty: 1.0,
            why: "1 day and 1 hour late: 1 point".to_owned(),
        }),
        adjustment: Some(AdjustmentReport {
            comment: "for <the> question in class".to_owned(),
            moved_from: Some(77.77),
        }),
        ..grade(Some(4.07), false)
    });
    let mut excused = graded();
    excused.id = "excused".to_owned();
    excused.grade = Some(grade(None, true));
    let diagnostic = DiagnosticReport {
        message: "mismatched types".to_owned(),
        place: Some("src/lib.rs:3:7".to_owned()),
        rendered: "error[E0308]: mismatched types\n --> src/lib.rs:3:7\n".to_owned(),
    };
    let not_built = SubmissionReport {
        problem: Some("src/lib.rs:3:7: mismatched types".to_owned()),
        diagnostics: vec![diagnostic],
        ..submission("not-built", Status::BuildFailed, score(0.0))
    };
    let unusable = SubmissionReport {
        problem: Some("no src/lib.rs; there is <README>".to_owned()),
        ..submission("unusable", Status::Unusable, score(0.0))
    };
    let not_graded = SubmissionReport {
        problem: Some(format!("{CANARY} has to pass first")),
        ..submission("not-graded", Status::NotGraded, None)
    };
    let earlier = SubmissionReport {
        id: "earlier".to_owned(),
        fault: Some(CANARY.to_owned()),
        ..graded()
    };
    let names = vec![
        check("public", VerdictReport::NotGraded, VisibilityReport::Public, [0.0, 3.0]),
        check("named", VerdictReport::NotGraded, VisibilityReport::Named, [0.0, 3.0]),
    ];
    let mut in_part = not_graded.clone();
    in_part.id = "not-graded-in-part".to_owned();
    in_part.exercises[0] = exercise("values", [0.0, 7.5], names);
    in_part.exercises[0].checks[0].feedback = Some(CANARY.to_owned());
    in_part.exercises[0].checks[0].outcome = Some(OutcomeReport {
        kind: "harness_fault".to_owned(),
        message: CANARY.to_owned(),
    });
    vec![
        graded(),
        late,
        excused,
        not_built,
        unusable,
        not_graded,
        in_part,
        earlier,
    ]
}
