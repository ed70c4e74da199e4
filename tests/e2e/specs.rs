//! What the instructor can get wrong: each mistake has an exit code, and a message that says where.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::NamedTempFile;

use crate::files::{copy, repository, submission, temporary, write};
use crate::run::{Run, RunExt, grade, grader};

/// The small assignment, with some of its text replaced.
pub(crate) fn small(edits: &[(&str, &str)]) -> NamedTempFile {
    let text = include_str!("small.yaml").replace("REPOSITORY", repository().to_str().unwrap());
    let text = edits.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let mut file = tempfile::Builder::new()
        .prefix("spec-")
        .suffix(".yaml")
        .tempfile_in(temporary_root())
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn temporary_root() -> &'static Path {
    Path::new(crate::files::SHARED)
}

fn grade_with(spec: &Path, options: &[&str]) -> Run {
    let spec = [OsStr::new("--spec"), spec.as_os_str()];
    let options = options.iter().map(OsStr::new);
    grade(&submission("untouched"), spec.into_iter().chain(options))
}

/// Grades with an edited spec, which must be refused before anything is printed.
#[track_caller]
fn refused(edit: (&str, &str), code: i32, words: &[&str]) -> String {
    let spec = small(&[edit]);
    let run = grade_with(spec.path(), &[]);
    run.ends(code, words);
    assert_eq!(run.stdout, "");
    run.stderr.replace(spec.path().to_str().unwrap(), "spec.yaml")
}

#[test]
fn a_wrong_spec_is_refused_with_file_line_and_column() {
    for (from, to, place, why) in [
        ("seed: 1\n", "sede: 1\n", "spec.yaml:8:1", "unknown key `sede`"),
        ("takeaway:", "take_away:", "spec.yaml:15:5", "unknown key `take_away`"),
        ("call: entropy(p)", "call: entorpy(p)", "spec.yaml:19:15", "entorpy"),
        ("call: entropy(p)", "call: entropy(p, p)", "spec.yaml:19:15", "argument"),
        ("call: entropy(p)", "call: entropy(p", "spec.yaml:19:", "`)` is missing"),
        (
            "entropy(p) >= 0",
            "entropy(p) >=",
            "spec.yaml:40:29",
            "a value is missing",
        ),
        ("points: 10", "points: 11", "spec.yaml:7:9", "add up to 10"),
        ("[1000, 1001]", "[1e400, 1001]", "spec.yaml:23:", "1e400"),
        (
            "given: { p: [0.5, 0.5] }",
            "given: { p: [0.5, 1e400] }",
            "spec.yaml:16:",
            "1e400",
        ),
        ("version: 1", "version: 2", "spec.yaml:2:10", "version"),
        ("    title: Values\n", "", "spec.yaml:12:5", "title"),
        ("requires: [values/", "requires: [valuse/", "spec.yaml:46:", "valuse"),
    ] {
        let said = refused((from, to), 2, &[]);
        assert!(
            said.contains(place) && said.contains(why),
            "{from} -> {to}: no {place} or {why:?} in\n{said}"
        );
    }
}

#[test]
fn a_spec_that_is_no_text_is_refused_with_its_line() {
    let folder = temporary();
    let spec = folder.path().join("spec.yaml");
    fs::write(&spec, b"version: 1\nassignment: \xff\xfe\n").unwrap();
    grade_with(&spec, &[]).ends(2, &["spec.yaml:2: the spec is not UTF-8"]);
}

#[test]
fn a_spec_that_cannot_be_read_is_refused_by_name() {
    let folder = temporary();
    let spec = folder.path().join("spec.yaml");
    grade_with(&spec, &[]).ends(2, &["spec.yaml", "No such file"]);
    grade_with(folder.path(), &[]).ends(2, &["s a directory"]);
    fs::write(&spec, "").unwrap();
    grade_with(&spec, &[]).ends(2, &["spec.yaml"]);
}

#[test]
fn without_a_spec_the_only_one_around_is_taken() {
    let folder = temporary();
    let inner = folder.path().join("a/b");
    fs::create_dir_all(&inner).unwrap();
    let run = || {
        grader()
            .current_dir(&inner)
            .arg("grade")
            .arg(submission("untouched"))
            .run()
    };
    // The temporary folder may lie in a repository that has a spec.
    if Path::new(crate::files::SHARED).starts_with(repository()) {
        run().ends(0, &[]);
    } else {
        run().ends(2, &["there is no specs/*.yaml", "--spec FILE"]);
    }
    fs::create_dir_all(folder.path().join("specs")).unwrap();
    let spec = small(&[]);
    fs::copy(spec.path(), folder.path().join("specs/one.yaml")).unwrap();
    let one = run();
    one.ends(0, &[]);
    assert!(one.stdout.starts_with("Small\n"), "{}", one.stdout);
    fs::copy(spec.path(), folder.path().join("specs/two.yaml")).unwrap();
    run().ends(2, &["several specs", "specs/one.yaml", "specs/two.yaml"]);
}

#[test]
fn a_spec_that_names_no_crate_is_refused() {
    let root = repository();
    let named = |key: &str| format!("{key}: {}/", root.display());
    for key in ["contract", "reference", "template"] {
        let (from, to) = (named(key), format!("{key}: /nowhere/"));
        refused((&from, &to), 2, &[&format!("`{key}` names /nowhere/")]);
    }
}

#[test]
fn a_reference_that_does_not_compile_is_the_instructor_s_to_mend() {
    let from = format!("reference: {}/reference", repository().display());
    let to = format!("reference: {}", submission("does-not-compile").display());
    refused((&from, &to), 2, &["the reference does not compile", "src/lib.rs:64:28"]);
}

#[test]
fn a_reference_that_fails_its_own_spec_stops_everything_and_names_the_check() {
    let said = refused(
        ("expect: = ln(2)", "expect: 0.5"),
        4,
        &["the reference does not pass its own spec", "a fair coin", "wanted 0.5"],
    );
    assert!(!said.contains("log-softmax of large logits"), "{said}");
}

#[test]
fn a_buggy_reference_stops_everything() {
    let from = format!("reference: {}/reference", repository().display());
    let to = format!("reference: {}", submission("naive-softmax").display());
    refused((&from, &to), 4, &["the reference does not pass its own spec"]);
}

#[test]
fn low_marks_are_no_failure_unless_there_is_a_minimum() {
    let spec = small(&[]);
    grade_with(spec.path(), &["--min-score", "0"]).ends(0, &[]);
    let run = grade_with(spec.path(), &["--min-score", "0.5"]);
    run.ends(1, &["below 0.5 %: untouched"]);
    assert!(run.stdout.contains("untouched"), "the table is printed all the same");
    grade(&submission("correct-differently"), ["--min-score", "100"]).ends(0, &[]);
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    for arguments in [
        &["grade"][..],
        &["grade", "tests/submissions", "--jobs", "0"],
        &["grade", "tests/submissions", "--jobs", "many"],
        &["grade", "tests/submissions", "--min-score", "101"],
        &["grade", "tests/submissions", "--min-score", "nan"],
        &["grade", "tests/submissions", "--format", "xml"],
        &["grade", "tests/submissions", "tests/submissions"],
        &["handout"],
        &["mark"],
        &[],
    ] {
        let run = grader().args(arguments).run();
        run.ends(2, &["--help"]);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

/// A file that is larger than the process may write is a full disk to the grader, and small ones still fit.
#[test]
fn what_a_full_disk_keeps_from_being_built_is_not_graded_and_not_zero() {
    let folder = temporary();
    copy(&submission("untouched"), &folder.path().join("fits"));
    copy(&submission("untouched"), &folder.path().join("unlucky"));
    let filler = format!("//{}\n", " ".repeat(9 << 20));
    write(&folder.path().join("unlucky/src/filler.rs"), filler);
    let spec = small(&[]);
    // The libraries that all submissions share are larger, and are built without the limit.
    grade_with(spec.path(), &[]).ends(0, &[]);

    let inner = grader();
    let run = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -S -f 16384; exec \"$0\" \"$@\""])
        .arg(inner.get_program())
        .arg("grade")
        .arg(folder.path())
        .arg("--spec")
        .arg(spec.path())
        .args(["--min-score", "50"])
        .current_dir(inner.get_current_dir().unwrap())
        .envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .run();
    run.ends(3, &["1 of 2 submissions were not graded"]);
    assert!(run.stdout.contains("NOT GRADED"), "{}", run.stdout);
    assert!(
        run.stdout.contains("unlucky: NOT GRADED: cannot copy"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("1 submission graded"), "{}", run.stdout);
}
