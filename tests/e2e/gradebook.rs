//! What counts: late work, adjustments, and the way back into a learning system's sheet.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use grader::discover::{Student, Submission, Submitted};
use grader::policy::Book;
use grader::report::Report;
use tempfile::{NamedTempFile, TempDir};

use crate::files::{copy, submission, temporary, write};
use crate::handed_in::{Files, canvas, moodle, zip};
use crate::run::{Run, RunExt, grader, of};
use crate::specs::small;

const PENALTY: &str = "grading:\n  due: 2026-12-01T23:59:00+01:00\n  late: { per: day, penalty: 10 %, grace: 15 min, cap: 50 % }\n\nexercises:";

const CANVAS: &str = "\u{feff}Student,ID,SIS Login ID,Section,Small (77)\r\n\
    \"    Points Possible\",,,,20\r\n\
    \"Right, Ada\",41,ada,001,\r\n\
    \"Half, Bob\",42,bob,001,\"3\"\r\n\
    \"Ill, Eve\",43,eve,001,\r\n\
    \"Away, Joe\",44,joe,001,5\r\n";

/// Three students' work, graded into a folder of its own.
struct Class {
    folder: TempDir,
    out: TempDir,
}

impl Class {
    fn new() -> Self {
        let class = Self {
            folder: temporary(),
            out: temporary(),
        };
        for (name, id) in [
            ("correct-differently", "ada"),
            ("half-done", "bob"),
            ("untouched", "eve"),
        ] {
            copy(&submission(name), &class.folder.path().join(id));
        }
        class
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.out.path().join(name);
        write(&file, text);
        file
    }

    fn grade(&self, spec: &NamedTempFile, options: &[&str]) -> Run {
        let mut command = grader();
        command
            .arg("grade")
            .arg(self.folder.path())
            .arg("--spec")
            .arg(spec.path());
        command.arg("--out").arg(self.out.path()).args(options).run()
    }

    fn report(&self) -> Report {
        serde_json::from_slice(&fs::read(self.out.path().join("report.json")).unwrap()).unwrap()
    }

    fn points(&self) -> BTreeMap<String, Option<f64>> {
        let submissions = self.report().submissions;
        submissions
            .into_iter()
            .map(|one| (one.id.clone(), one.points()))
            .collect()
    }

    fn journal(&self) -> Vec<u8> {
        fs::read(self.out.path().join("journal.jsonl")).unwrap()
    }

    /// As if a learning system had said when the submissions were handed in.
    fn hand_in(&self, times: &[(&str, Option<i64>)]) {
        let mut book = Book::default();
        for (id, at) in times {
            book.note(&Submission {
                id: (*id).to_owned(),
                source: Ok(PathBuf::new()),
                notes: Vec::new(),
                student: Some(Student::default()),
                submitted: Some(Submitted {
                    at: *at,
                    late: at.is_none(),
                    source: "name".to_owned(),
                }),
            });
        }
        write(&self.out.path().join("book.json"), serde_json::to_vec(&book).unwrap());
    }
}

#[test]
fn a_policy_changes_what_counts_and_grades_nothing_again() {
    const DUE: i64 = 1_796_165_940;
    let class = Class::new();
    class.hand_in(&[("ada", Some(DUE + 901)), ("bob", Some(DUE + 900)), ("eve", None)]);
    class.grade(&small(&[]), &[]).ends(0, &[]);
    let (before, scores) = (class.journal(), class.points());

    let run = class.grade(&small(&[("exercises:", PENALTY)]), &["--min-score", "95"]);
    run.ends(1, &["3 unchanged", "below 95 %: ada, bob, eve"]);
    assert_eq!(
        before.iter().filter(|byte| **byte == b'\n').count() + 2,
        class.journal().iter().filter(|byte| **byte == b'\n').count(),
        "a line as the run begins and one as it ends"
    );
    assert!(run.stdout.contains("graded; late, -1 "), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("eve: late by the learning system's mark; no time is known"),
        "{}",
        run.stdout
    );
    let report = class.report();
    let late = of(&report, "ada").grade.clone().unwrap().late.unwrap();
    assert_eq!(late.why, "15 minutes and 1 second late: 1 day at 10 %");
    assert_eq!(
        (class.points()["ada"], class.points()["bob"]),
        (Some(9.0), scores["bob"])
    );

    class.grade(&small(&[]), &[]).ends(0, &["3 unchanged"]);
    assert_eq!(class.points(), scores);
}

#[test]
fn an_adjustment_wins_and_is_flagged_when_the_score_has_moved() {
    let class = Class::new();
    let spec = small(&[("exercises:", PENALTY)]);
    class.grade(&spec, &[]).ends(0, &[]);
    let scores = class.points();
    let file = class.file(
        "a.csv",
        "submission,points,comment\nada,8.5,copied the comment\neve,EX,ill\n",
    );
    let run = class.grade(&spec, &["--adjustments", file.to_str().unwrap(), "--min-score", "10"]);
    run.ends(0, &["3 unchanged"]);
    assert!(run.stdout.contains("graded; adjusted"), "{}", run.stdout);
    assert!(run.stdout.contains("2 submissions graded, 1 excused"), "{}", run.stdout);
    let counted = class.points();
    assert_eq!(
        (counted["ada"], counted["bob"], counted["eve"]),
        (Some(8.5), scores["bob"], None)
    );

    // Another solution takes Ada's place, and the adjustments are those of before.
    fs::remove_dir_all(class.folder.path().join("ada")).unwrap();
    copy(&submission("untouched"), &class.folder.path().join("ada"));
    let run = class.grade(&spec, &[]);
    run.ends(
        0,
        &["2 adjustments of an earlier --adjustments still count", "2 unchanged"],
    );
    let flag = "ada: adjusted to 8.5 when its automatic score was 10; now that is 0";
    assert!(run.stdout.contains(flag), "{}", run.stdout);
    assert_eq!(class.points(), counted);

    let none = class.file("none.csv", "submission,points,comment\n");
    class
        .grade(&spec, &["--adjustments", none.to_str().unwrap()])
        .ends(0, &["3 unchanged"]);
    assert_eq!(class.points()["ada"], Some(0.0));
}

#[test]
fn wrong_adjustments_change_nothing() {
    let class = Class::new();
    let spec = small(&[]);
    class.grade(&spec, &[]).ends(0, &[]);
    let before = fs::read(class.out.path().join("report.json")).unwrap();
    for (text, words) in [
        ("ada,8\n", &["a.csv:1:1: the first line has to name the columns"][..]),
        (
            "submission,points,comment\nzoe,8,\nada,nan,\n",
            &["a.csv:2:1: there is no submission `zoe`", "a.csv:3:5: `nan`"],
        ),
        (
            "submission,points,comment\nada,10.01,\n",
            &["10.01 points are more than the 10 there can be"],
        ),
        ("", &["a.csv is empty"]),
    ] {
        let file = class.file("a.csv", text);
        class
            .grade(&spec, &["--adjustments", file.to_str().unwrap()])
            .ends(2, words);
        assert_eq!(fs::read(class.out.path().join("report.json")).unwrap(), before);
        assert!(!class.out.path().join("book.json").exists());
    }
    class
        .grade(&spec, &["--adjustments", "nowhere.csv"])
        .ends(2, &["nowhere.csv"]);
}

#[test]
fn a_gradebook_comes_back_with_grades_and_otherwise_as_it_was() {
    let class = Class::new();
    let sheet = class.file("canvas.csv", CANVAS);
    let adjustments = class.file("a.csv", "submission,points,comment\neve,ex,ill\n");
    let options = [
        "--fill",
        sheet.to_str().unwrap(),
        "--adjustments",
        adjustments.to_str().unwrap(),
    ];
    let run = class.grade(&small(&[]), &options);
    run.ends(
        0,
        &[
            "filled 3 rows in ",
            "canvas.filled.csv",
            "points were scaled from 10 to 20",
            "1 student in this sheet without a submission, left as they are: Away, Joe",
        ],
    );
    let bob = class.points()["bob"].unwrap();
    let want = CANVAS
        .replace("ada,001,", "ada,001,20.00")
        .replace("\"3\"", &format!("\"{:.2}\"", 2.0 * bob))
        .replace("eve,001,", "eve,001,EX");
    let filled = fs::read_to_string(class.out.path().join("canvas.filled.csv")).unwrap();
    assert_eq!(filled, want);
    assert_eq!(fs::read_to_string(&sheet).unwrap(), CANVAS);
}

#[test]
fn a_sheet_that_cannot_be_filled_is_refused_before_the_work() {
    let class = Class::new();
    for (bytes, words) in [
        (
            &b"Student,ID,Section,Other (1)\nA,1,,\n"[..],
            &["no column is named `Small`", "Student | ID | Section | Other (1)"][..],
        ),
        (b"name,points\nada,1\n", &["is neither a Canvas gradebook"]),
        (
            b"Student,ID,Section,Small (1)\nM\xfcller,1,,\n",
            &["sheet.csv:2: this is not UTF-8"],
        ),
        (b"", &["sheet.csv is empty"]),
    ] {
        let sheet = class.out.path().join("sheet.csv");
        write(&sheet, bytes);
        let run = class.grade(&small(&[]), &["--fill", sheet.to_str().unwrap()]);
        run.ends(2, words);
        assert!(!class.out.path().join("report.json").exists() && !class.out.path().join("sheet.filled.csv").exists());
    }
    class.grade(&small(&[]), &["--column", "Small"]).ends(2, &["--fill"]);
}

/// Grades a download into a run folder and a sheet, whose rows are those of the users; the cells of the grades come back,
/// by the users' numbers.
#[track_caller]
fn round_trip(download: &Files, sheet: &str, column: usize, options: &[&str]) -> (Report, BTreeMap<String, String>) {
    let folder = temporary();
    let file = |name: &str| folder.path().join(name);
    write(&file("class.zip"), zip(download));
    write(&file("sheet.csv"), sheet);
    write(
        &file("times.csv"),
        "submission,submitted_at\n5004,2026-12-03T12:00:00Z\n",
    );
    let spec = small(&[("exercises:", PENALTY)]);
    let mut command = grader();
    command
        .arg("grade")
        .arg(file("class.zip"))
        .arg("--spec")
        .arg(spec.path());
    command
        .arg("--out")
        .arg(file("out"))
        .arg("--fill")
        .arg(file("sheet.csv"));
    let options = options
        .iter()
        .map(|option| option.replace("TIMES", file("times.csv").to_str().unwrap()));
    command.args(options).run().ends(0, &["filled "]);
    let filled = fs::read_to_string(file("sheet.filled.csv")).unwrap();

    fs::remove_file(file("sheet.filled.csv")).unwrap();
    let mut again = grader();
    again
        .arg("report")
        .arg(file("out"))
        .arg("--fill")
        .arg(file("sheet.csv"));
    again.run().ends(0, &["filled "]);
    assert_eq!(fs::read_to_string(file("sheet.filled.csv")).unwrap(), filled);

    let mut cells = BTreeMap::new();
    for record in csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(filled.as_bytes())
        .records()
    {
        let record = record.unwrap();
        let user = record
            .iter()
            .take(2)
            .find_map(|cell| cell.rsplit(' ').next()?.parse::<u32>().ok());
        cells.extend(user.map(|user| (user.to_string(), record[column].to_owned())));
    }
    let report = fs::read(file("out/report.json")).unwrap();
    (serde_json::from_slice(&report).unwrap(), cells)
}

/// Every user who handed in has what counts, and nobody else has anything.
#[track_caller]
fn agree(report: &Report, cells: &BTreeMap<String, String>) {
    let id = |submission: &grader::report::SubmissionReport| submission.student.clone()?.id;
    let counts: BTreeMap<String, String> = report
        .submissions
        .iter()
        .filter_map(|submission| Some((id(submission)?, format!("{:.2}", submission.points()?))))
        .filter(|(id, _)| cells.contains_key(id))
        .collect();
    assert!(counts.len() >= 27, "{counts:?}");
    for (user, cell) in cells {
        assert_eq!(counts.get(user).map_or("", String::as_str), cell, "{user}");
    }
}

#[test]
fn a_class_from_canvas_goes_back_into_its_gradebook() {
    let user = |number: u32| format!("\"Dent {number}, Stu\",{number},stu{number},001,");
    let users: Vec<String> = (4000..4026).chain(5000..5004).map(user).collect();
    let header = "Student,ID,SIS Login ID,Section,Small (77)\r\n\"    Points Possible\",,,,10\r\n";
    let (report, cells) = round_trip(&canvas(), &format!("{header}{}\r\n", users.join("\r\n")), 4, &[]);
    assert_eq!((report.submissions.len(), cells.len()), (30, 30));
    agree(&report, &cells);
}

#[test]
fn a_class_from_moodle_goes_back_into_its_worksheet_with_penalties() {
    let user = |number: u32| format!("Participant {number},Stu Dent {number},s{number}@x.edu,,10.00,Yes,-,");
    let users: Vec<String> = (4000..4026).chain(5000..5005).map(user).collect();
    let header = "Identifier,Full name,Email address,Grade,Maximum Grade,Grade can be changed,Last modified (grade),Feedback comments\n";
    let sheet = format!("{header}{}\n", users.join("\n"));
    let (report, cells) = round_trip(&moodle(), &sheet, 3, &["--submitted", "TIMES"]);
    assert_eq!((report.submissions.len(), cells.len()), (30, 31));
    agree(&report, &cells);
    let late = report
        .submissions
        .iter()
        .filter_map(|submission| submission.grade.clone()?.late);
    assert_eq!(
        late.map(|late| late.why).collect::<Vec<_>>(),
        ["1 day and 13 hours late: 2 days at 10 %"]
    );
}
