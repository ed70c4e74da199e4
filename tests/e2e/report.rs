//! What is printed and written of a grade: report.json, its schema, the details of a submission.

use std::fs;
use std::path::Path;

use grader::report::Report;
use serde_json::Value;
use tempfile::TempDir;

use crate::files::{copy, repository, submission, temporary};
use crate::run::{Run, RunExt, grade, grader, report, unmeasured};
use crate::specs::small;

/// One submission of each status, and the assignment that is small enough to read.
fn small_class(options: &[&str]) -> Run {
    let (folder, spec) = (temporary(), small(&[]));
    for name in ["does-not-compile", "empty", "naive-softmax", "untouched"] {
        copy(&submission(name), &folder.path().join(name));
    }
    let spec = ["--spec", spec.path().to_str().unwrap()];
    grade(folder.path(), spec.iter().chain(options))
}

/// A report without what differs from run to run, or with the version of a source or of the compiler.
fn settled(report: Report) -> Report {
    let mut report = unmeasured(report);
    let receipt = &mut report.receipt;
    for hash in [
        &mut receipt.spec,
        &mut receipt.contract,
        &mut receipt.reference,
        &mut receipt.secret_seed,
        &mut receipt.toolchain,
        &mut receipt.grader,
    ] {
        assert!(!hash.is_empty());
        *hash = "…".to_owned();
    }
    for submission in &mut report.submissions {
        if !submission.source.is_empty() {
            submission.source = "…".to_owned();
        }
        // The words of the compiler are its own business.
        for diagnostic in &mut submission.diagnostics {
            assert!(diagnostic.rendered.contains("src/lib.rs"));
            diagnostic.rendered = "…".to_owned();
            diagnostic.message = "…".to_owned();
        }
    }
    report
}

fn committed_schema() -> String {
    fs::read_to_string(repository().join("specs/report.schema.json")).unwrap()
}

#[track_caller]
fn conforms(report: &Value) {
    let schema = serde_json::from_str(&committed_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0]);
}

fn saved(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("report.json")).unwrap()
}

#[test]
fn the_report_of_a_small_class() {
    let run = small_class(&["--format", "json"]);
    conforms(&serde_json::from_str(&run.stdout).unwrap());
    insta::with_settings!({description => "values that differ from run to run, and hashes, are cut"}, {
        insta::assert_json_snapshot!(settled(run.report()));
    });
}

#[test]
fn the_details_of_instructive_submissions() {
    for name in ["naive-softmax", "panics", "half-done"] {
        let run = grade(&submission(name), ["--details"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        insta::assert_snapshot!(format!("details_of_{name}"), run.stdout);
    }
}

#[test]
fn details_of_one_submission_are_of_that_one() {
    let run = small_class(&["--details", "empty"]);
    assert_eq!(
        run.stdout,
        "── empty ── 0 of 10 points\nno src/lib.rs; there is README.md\n"
    );
    small_class(&["--details", "nobody"]).ends(2, &["there is no submission `nobody`"]);
}

#[test]
fn reports_with_every_number_there_is_conform_to_the_schema() {
    for name in ["nan-everywhere", "no-zero-mask"] {
        let report = report(&submission(name));
        conforms(&serde_json::to_value(report).unwrap());
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = serde_json::from_str(&committed_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let report = serde_json::to_value(report(&submission("untouched"))).unwrap();
    for (pointer, wrong) in [
        ("/submissions/0/status", Value::from("excellent")),
        ("/submissions/0/score", Value::from(100)),
        ("/submissions/0/exercises/0/checks/0/verdict", Value::Null),
        ("/submissions/0/exercises/0/earned", Value::from("ten")),
        ("/measured", Value::from([1])),
    ] {
        let mut broken = report.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&broken), "{pointer}");
    }
}

#[test]
fn the_committed_schema_is_what_the_program_prints() {
    let run = grader().arg("schema").run();
    run.ends(0, &[]);
    assert_eq!(run.stdout, committed_schema());
}

#[test]
fn the_printed_report_is_the_saved_one() {
    let out = temporary();
    let folder = out.path().join("made/on/the/way");
    let run = small_class(&["--format", "json", "--out", folder.to_str().unwrap()]);
    assert_eq!(run.stdout, fs::read_to_string(folder.join("report.json")).unwrap());
    let mut names = file_names(&folder);
    names.sort();
    let known = [
        "derived.json",
        "feedback",
        "grades.csv",
        "journal.jsonl",
        "report.html",
        "report.json",
    ];
    assert_eq!(names, known);
}

#[test]
fn an_earlier_report_stays_when_nothing_is_graded() {
    let out = temporary();
    fs::write(out.path().join("report.json"), "earlier").unwrap();
    let run = grade(Path::new("nowhere"), ["--out", out.path().to_str().unwrap()]);
    run.ends(2, &[]);
    assert_eq!(saved(&out), "earlier");
}

fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}
