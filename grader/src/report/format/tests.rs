//! The formats on a small made-up class, and on random ones.

use std::collections::BTreeMap;

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use super::sample::{CANARY, HOSTILE, check, class, exercise, graded, header, submission};
use super::*;
use crate::report::{AdjustmentReport, GradeReport, ScoreReport, Status, VerdictReport, VisibilityReport};

fn rendered(format: SubmissionFormat, report: &SubmissionReport) -> String {
    let mut bytes = Vec::new();
    submission_format(format, report, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    // A line with the token is another one each time.
    let token = text
        .strip_prefix("::stop-commands::")
        .and_then(|rest| rest.lines().next())
        .map(ToOwned::to_owned);
    token.map_or(text.clone(), |token| text.replace(&token, "TOKEN"))
}

fn submission_format(format: SubmissionFormat, report: &SubmissionReport, to: &mut Vec<u8>) -> io::Result<()> {
    super::submission(format, &header(), report, to)
}

fn submission_formats() -> impl Iterator<Item = (&'static str, SubmissionFormat)> {
    Format::ALL.into_iter().filter_map(|(name, format)| match format {
        Format::Submission(format) => Some((name, format)),
        Format::Class(_) => None,
    })
}

fn whole(
    format: impl FnOnce(&Header, Reports<'_>, &mut dyn Write) -> io::Result<()>,
    class: &[SubmissionReport],
) -> String {
    let mut bytes = Vec::new();
    format(&header(), &mut class.iter().cloned().map(Ok), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn parsed(format: SubmissionFormat, report: &SubmissionReport) -> Value {
    serde_json::from_str(&rendered(format, report)).unwrap()
}

#[test]
fn every_format_of_every_submission() {
    for (name, format) in submission_formats() {
        let all: Vec<String> = class()
            .iter()
            .filter(|report| report.points().is_some() || !format.needs_points())
            .map(|report| format!("== {}\n{}", report.id, rendered(format, report)))
            .collect();
        insta::assert_snapshot!(name, all.join("\n"));
    }
    insta::assert_snapshot!("csv", whole(csv, &class()));
    insta::assert_snapshot!("junit", whole(junit, &class()));
}

#[test]
fn what_is_not_for_students_is_in_no_format_that_they_see() {
    for report in class() {
        for (name, format) in submission_formats() {
            let mut bytes = Vec::new();
            if submission_format(format, &report, &mut bytes).is_ok() {
                let text = String::from_utf8(bytes).unwrap();
                for secret in [CANARY, "123456", "98765", "77.77", "1.25,1.25"] {
                    assert!(!text.contains(secret), "{secret} of {} in {name}:\n{text}", report.id);
                }
            }
        }
        let mut summary_text = Vec::new();
        summary(&header(), &report, &mut summary_text).unwrap();
        assert!(!String::from_utf8(summary_text).unwrap().contains(CANARY));
    }
    assert!(!whole(junit, &class()).contains(CANARY));
}

#[test]
fn where_there_is_no_grade_no_format_makes_one_up() {
    for report in class().iter().filter(|report| report.points().is_none()) {
        for (name, format) in submission_formats() {
            let mut bytes = Vec::new();
            let written = submission_format(format, report, &mut bytes);
            assert_eq!(written.is_err(), format.needs_points(), "{name}");
            assert!(format.needs_points() == bytes.is_empty(), "{name}");
        }
    }
    let text = whole(csv, &class());
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let cells = |id: &str| rows.iter().find(|row| row["submission"] == id).unwrap();
    assert_eq!(
        (&*cells("not-graded")["score"], &*cells("not-graded")["status"]),
        ("", "not_graded")
    );
    assert_eq!(
        (&*cells("excused")["score"], &*cells("excused")["raw_score"]),
        ("", "4.57")
    );
}

#[test]
fn a_csv_comes_back_with_the_columns_of_nbgrader() {
    let text = whole(csv, &class());
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let columns: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .take(11)
        .map(ToOwned::to_owned)
        .collect();
    let known = "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,\
                 score,max_score";
    assert_eq!(columns.join(","), known);
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), class().len());
    let late: Vec<&str> = rows[1].iter().skip(2).take(9).collect();
    assert_eq!(
        late,
        [
            "2026-06-01T14:32:01Z",
            "'-4567x",
            "Doe",
            "'=Jane",
            "'@j.edu",
            "4.57",
            "1",
            "4.07",
            "10"
        ]
    );
}

#[test]
fn nothing_that_a_student_wrote_is_a_command_to_github() {
    let text = rendered(SubmissionFormat::Github, &graded());
    let mut stopped = None;
    let mut commands = Vec::new();
    for line in text.lines() {
        match (&stopped, line.strip_prefix("::stop-commands::")) {
            (None, Some(token)) => stopped = Some(format!("::{token}::")),
            (Some(token), _) if line == token => stopped = None,
            (None, None) => commands.push(line),
            (Some(_), _) => {}
        }
    }
    assert_eq!(stopped, None);
    let kinds: Vec<&str> = commands.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "::error", "::error", "::error", "::error", "::error", "::error", "::notice"
        ]
    );
    assert!(commands[0].starts_with("::error file=src/a%2Cb%3Ac.rs,line=12,title=The <values>%2C \"part\"%3A =cmd"));
    assert!(commands[0].ends_with("```%0A# h"), "{}", commands[0]);
}

#[test]
fn github_gets_ten_annotations_and_is_told_of_the_rest() {
    for (failed, errors) in [(0, 0), (9, 9), (10, 10), (11, 10), (50, 10)] {
        let checks = (0..failed).map(|_| check("f", VerdictReport::Fail, VisibilityReport::Public, [0.0, 1.0]));
        let score = ScoreReport {
            earned: 0.0,
            possible: f64::from(failed),
        };
        let mut report = submission("alice", Status::Graded, Some(score));
        report.exercises = vec![exercise("values", [0.0, f64::from(failed)], checks.collect())];
        let text = rendered(SubmissionFormat::Github, &report);
        let shown = text.lines().filter(|line| line.starts_with("::error")).count();
        assert_eq!(shown, errors);
        let told = format!("::notice title=grader::public part, 0 of {failed} points");
        assert_eq!(text.lines().last(), Some(told.as_str()));
    }
}

#[test]
fn exercism_gets_short_outputs_and_a_message_of_a_failed_build() {
    let results = parsed(SubmissionFormat::Exercism, &graded());
    let tests = results["tests"].as_array().unwrap();
    let outputs: Vec<&str> = tests.iter().filter_map(|test| test["output"].as_str()).collect();
    assert_eq!(
        outputs.iter().map(|output| output.chars().count()).collect::<Vec<_>>(),
        [500]
    );
    let not_built = parsed(SubmissionFormat::Exercism, &class()[3]);
    assert_eq!(
        (&not_built["status"], &not_built["tests"]),
        (&"error".into(), &serde_json::json!([]))
    );
    assert!(not_built["message"].as_str().unwrap().contains("E0308"));
}

#[test]
fn prairielearn_charges_no_attempt_for_a_failed_build_and_takes_at_most_a_megabyte() {
    let not_built = parsed(SubmissionFormat::Prairielearn, &class()[3]);
    let message = "src/lib.rs:3:7: mismatched types\n\nerror[E0308]: mismatched types\n --> src/lib.rs:3:7";
    assert_eq!(
        not_built,
        serde_json::json!({"gradable": false, "format_errors": [message]})
    );
    let mut report = class()[3].clone();
    let grade = |points: f64| GradeReport {
        points: Some(points),
        possible: report.score.unwrap().possible,
        excused: false,
        late: None,
        adjustment: Some(AdjustmentReport {
            comment: "it was the template's fault".to_owned(),
            moved_from: None,
        }),
    };
    let adjusted = SubmissionReport {
        grade: Some(grade(5.0)),
        ..report.clone()
    };
    let adjusted = parsed(SubmissionFormat::Prairielearn, &adjusted);
    assert_eq!((&adjusted["gradable"], &adjusted["score"]), (&true.into(), &0.5.into()));
    report.diagnostics[0].rendered = "é".repeat(1 << 20);
    assert!(rendered(SubmissionFormat::Prairielearn, &report).len() < 1_000_000);
}

/// What JUnit's schema, as Jenkins checks it, asks of an element: its attributes, those of them it must have, its children.
type Rule = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const JUNIT: &[Rule] = &[
    (
        "testsuites",
        &["name", "time", "tests", "failures", "errors"],
        &[],
        &["testsuite"],
    ),
    (
        "testsuite",
        &["name", "tests", "failures", "errors", "skipped", "time", "timestamp"],
        &["name", "tests", "failures", "errors"],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &[], &["property"]),
    ("property", &["name", "value"], &["name", "value"], &[]),
    (
        "testcase",
        &["name", "classname", "time"],
        &["name"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("skipped", &["type", "message"], &[], &[]),
    ("error", &["type", "message"], &[], &[]),
    ("failure", &["type", "message"], &[], &[]),
    ("system-out", &[], &[], &[]),
];

/// The attributes of an element, which must be as the schema says below this parent.
#[track_caller]
fn attributes(start: &BytesStart<'_>, parent: Option<&String>) -> (String, BTreeMap<String, String>) {
    let name = start.name().as_ref().to_owned();
    let rule = |name: &str| {
        JUNIT
            .iter()
            .find(|rule| rule.0 == name)
            .unwrap_or_else(|| panic!("{name}"))
    };
    match parent {
        Some(parent) => assert!(rule(parent).3.contains(&name.as_str()), "{name} in {parent}"),
        None => assert_eq!(name, "testsuites"),
    }
    let attributes: BTreeMap<String, String> = start
        .attributes()
        .map(Result::unwrap)
        .map(|attribute| {
            let key = attribute.key.as_ref().to_owned();
            (key, attribute.value.into_owned())
        })
        .collect();
    let (_, known, required, _) = rule(&name);
    assert!(
        attributes.keys().all(|key| known.contains(&key.as_str())),
        "{name}: {attributes:?}"
    );
    assert!(
        required.iter().all(|key| attributes.contains_key(*key)),
        "{name}: {attributes:?}"
    );
    (name, attributes)
}

/// A suite: what stands in its head, how many elements it has of each name, and its property `points`.
#[derive(Default)]
struct Suite {
    attributes: BTreeMap<String, String>,
    counts: BTreeMap<String, usize>,
    points: Option<String>,
}

/// The suites of a file, each element of which must be as the schema says.
fn suites(xml: &str) -> Vec<Suite> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<String> = Vec::new();
    let mut suites: Vec<Suite> = Vec::new();
    loop {
        let (start, closes) = match reader.read_event().unwrap() {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let (name, attributes) = attributes(&start, open.last());
        match (name.as_str(), suites.last_mut()) {
            ("testsuite", _) => suites.push(Suite {
                attributes,
                ..Suite::default()
            }),
            ("property", Some(suite)) if attributes["name"] == "points" => {
                suite.points = Some(attributes["value"].clone());
            }
            (_, Some(suite)) => *suite.counts.entry(name.clone()).or_default() += 1,
            (_, None) => {}
        }
        if !closes {
            open.push(name);
        }
    }
    assert_eq!(open, [""; 0]);
    suites
}

#[test]
fn junit_is_as_the_schema_of_jenkins_wants_it_and_counts_right() {
    let xml = whole(junit, &class());
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(is_allowed));
    let suites = suites(&xml);
    assert_eq!(suites.len(), class().len());
    for Suite { attributes, counts, .. } in &suites {
        for (attribute, element) in [
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let count = counts.get(element).copied().unwrap_or(0);
            assert_eq!(
                attributes[attribute],
                count.to_string(),
                "{attribute} of {attributes:?}"
            );
        }
    }
}

/// The total that each format says, in points, where the format says points; and what its tests add up to.
fn totals(report: &SubmissionReport) -> Vec<(&'static str, f64)> {
    let possible = report.score.unwrap().possible;
    let sum = |tests: &Value, key: &str| {
        tests
            .as_array()
            .unwrap()
            .iter()
            .map(|test| test[key].as_f64().unwrap())
            .sum()
    };
    let gradescope = parsed(SubmissionFormat::Gradescope, report);
    let classroom50 = parsed(SubmissionFormat::Classroom50, report);
    let prairielearn = parsed(SubmissionFormat::Prairielearn, report);
    let autolab = rendered(SubmissionFormat::Autolab, report);
    let autolab: Value = serde_json::from_str(autolab.lines().last().unwrap()).unwrap();
    let junit = suites(&whole(junit, std::slice::from_ref(report)))[0]
        .points
        .clone()
        .unwrap();
    let csv = whole(csv, std::slice::from_ref(report));
    let csv: BTreeMap<String, String> = ::csv::Reader::from_reader(csv.as_bytes())
        .deserialize()
        .next()
        .unwrap()
        .unwrap();
    let markdown = rendered(SubmissionFormat::Markdown, report);
    let markdown = markdown
        .split("**: ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    let scores = autolab["scores"].as_object().unwrap().values();
    let hundredths = |value: &Value| value.as_i64().unwrap() as f64 / 100.0;
    let mut totals = vec![
        ("gradescope", gradescope["score"].as_f64().unwrap()),
        ("gradescope's tests", sum(&gradescope["tests"], "score")),
        ("classroom50", hundredths(&classroom50["score"])),
        ("classroom50's tests", sum(&classroom50["tests"], "score") / 100.0),
        ("autolab", autolab["scoreboard"][0].as_f64().unwrap()),
        ("autolab's scores", scores.map(|score| score.as_f64().unwrap()).sum()),
        ("junit", junit.parse().unwrap()),
        ("csv", csv["score"].parse().unwrap()),
        ("markdown", markdown.parse().unwrap()),
    ];
    if prairielearn["gradable"] == true {
        let total = prairielearn["score"].as_f64().unwrap() * possible;
        let is_bounded = report
            .points()
            .is_some_and(|points| !(0.0..=possible).contains(&points));
        totals.push((
            "prairielearn",
            if is_bounded { report.points().unwrap() } else { total },
        ));
        totals.push(("prairielearn's tests", sum(&prairielearn["tests"], "points")));
    }
    totals
}

/// Checks by what they may earn in hundredths, whether they pass and who sees them; and whether it is all or nothing.
type Drawn = (Vec<(u32, bool, u8)>, bool);

fn any_exercise() -> impl Strategy<Value = Drawn> {
    (
        prop::collection::vec((0..2000_u32, any::<bool>(), 0..3_u8), 1..6),
        any::<bool>(),
    )
}

fn made(exercises: &[Drawn], grade: Option<i32>) -> SubmissionReport {
    let points = |hundredths: u32| f64::from(hundredths) / 100.0;
    let mut all = Vec::new();
    let (mut sum, mut most) = (0, 0);
    for (index, (checks, all_or_nothing)) in exercises.iter().enumerate() {
        let possible: u32 = checks.iter().map(|(worth, ..)| worth).sum();
        let earned: u32 = checks
            .iter()
            .filter(|(_, passes, _)| *passes)
            .map(|(worth, ..)| worth)
            .sum();
        let earned = if *all_or_nothing && earned != possible {
            0
        } else {
            earned
        };
        (sum, most) = (sum + earned, most + possible);
        let reports = checks.iter().map(|(worth, passes, visibility)| {
            let verdict = if *passes {
                VerdictReport::Pass
            } else {
                VerdictReport::Fail
            };
            let visibility = [
                VisibilityReport::Public,
                VisibilityReport::Named,
                VisibilityReport::Hidden,
            ][usize::from(*visibility)];
            check(
                HOSTILE,
                verdict,
                visibility,
                [if *passes { points(*worth) } else { 0.0 }, points(*worth)],
            )
        });
        all.push(exercise(
            &format!("e{index}"),
            [points(earned), points(possible)],
            reports.collect(),
        ));
    }
    let score = ScoreReport {
        earned: points(sum),
        possible: points(most),
    };
    let mut report = submission("alice", Status::Graded, Some(score));
    report.exercises = all;
    report.grade = grade.map(|hundredths| GradeReport {
        points: Some(f64::from(hundredths) / 100.0),
        possible: score.possible,
        excused: false,
        late: None,
        adjustment: None,
    });
    report
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_formats_say_the_same_total_and_their_tests_add_up_to_it(
        exercises in prop::collection::vec(any_exercise(), 1..5),
        grade in prop::option::of(-500..20_000_i32),
    ) {
        let report = made(&exercises, grade);
        let points = report.points().unwrap();
        for (name, total) in totals(&report) {
            prop_assert!((total - points).abs() < 1e-9, "{name}: {total} is not {points}");
        }
    }
}

#[test]
fn all_formats_agree_on_the_made_up_class() {
    for report in class()
        .iter()
        .filter(|report| report.points().is_some() && report.score.is_some())
    {
        for (name, total) in totals(report) {
            let points = report.points().unwrap();
            assert!(
                (total - points).abs() < 1e-9,
                "{}, {name}: {total} is not {points}",
                report.id
            );
        }
    }
}
