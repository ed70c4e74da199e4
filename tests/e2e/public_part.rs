//! What a grader says where there is only what students have: their folder with `checks.json`, and the contract.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{copy, repository};
use crate::run::{Run, RunExt, grader};

/// A student's folder that holds the solution of a crate, beside the contract; no spec is above it.
pub(crate) struct Student(tempfile::TempDir);

impl Student {
    pub(crate) fn with(solution: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = repository();
        copy(&root.join("student-template"), &folder.path().join("work"));
        copy(&root.join("contract"), &folder.path().join("contract"));
        copy(&solution.join("src"), &folder.path().join("work/src"));
        // What it is built from stays where it is.
        let manifest = fs::read_to_string(folder.path().join("work/Cargo.toml")).unwrap();
        let manifest = manifest.replace("\"../", &format!("\"{}/", root.display())) + "\n[workspace]\n";
        fs::write(folder.path().join("work/Cargo.toml"), manifest).unwrap();
        fs::copy(root.join("Cargo.lock"), folder.path().join("work/Cargo.lock")).unwrap();
        Self(folder)
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.0.path().join("work")
    }

    fn grader(&self, arguments: &[&str]) -> Run {
        grader().args(arguments).current_dir(self.work()).run()
    }
}

#[test]
fn a_student_is_told_the_public_part_and_that_it_is_one() {
    let student = Student::with(&repository().join("reference"));
    let run = student.grader(&["grade", "."]);
    run.ends(0, &[]);
    let title = run.stdout.lines().next().unwrap();
    let points = title.strip_prefix("Cross-entropy (public part, ").unwrap();
    let points: f64 = points.strip_suffix(" of 100 points)").unwrap().parse().unwrap();
    assert!(points > 30.0 && points < 100.0, "{title}");
    assert!(run.stdout.contains(&format!("│ {points} │ graded │")), "{}", run.stdout);
    assert!(
        run.stdout.contains(&format!("median {points} of {points}")),
        "{}",
        run.stdout
    );
}

#[test]
fn a_solution_that_does_not_compile_is_told_so_where_there_is_no_reference() {
    let student = Student::with(&repository().join("tests/submissions/does-not-compile"));
    let run = student.grader(&["grade", ".", "--min-score", "1"]);
    run.ends(1, &["below 1 %: work"]);
    assert!(run.stdout.contains("does not compile"), "{}", run.stdout);
}

#[test]
fn what_takes_the_spec_says_so() {
    let student = Student::with(&repository().join("reference"));
    for command in ["lint", "audit"] {
        student
            .grader(&[command])
            .ends(2, &["checks.json holds the public checks alone", "--spec FILE"]);
    }
}

#[test]
fn a_packed_file_that_is_no_such_thing_is_an_error_with_its_name() {
    let student = Student::with(&repository().join("reference"));
    let file = student.work().join("checks.json");
    let text = fs::read_to_string(&file).unwrap();
    for (broken, said) in [
        (String::new(), "checks.json cannot be read"),
        (text[..text.len() / 2].to_owned(), "checks.json cannot be read"),
        (
            text.replacen("checks/v1", "checks/v9", 1),
            "this program reads `grader/checks/v1`",
        ),
        (
            text.replacen("\"signature\":\"", "\"signature\":\"?", 1),
            "not hexadecimal",
        ),
        (
            text.replacen("../contract", "../nothing", 1),
            "names ../nothing, which has no src/lib.rs",
        ),
    ] {
        fs::write(&file, broken).unwrap();
        student
            .grader(&["grade", ".", "--spec", "checks.json"])
            .ends(2, &["checks.json", said]);
    }
}
