//! The template as students run it: `cargo test` on copies of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use grader::report::{Report, VerdictReport, VisibilityReport};

use crate::files::{SHARED, copy, repository, submission};
use crate::run::{Run, RunExt, grader, report};

/// A copy of the template, of this name, that holds the solution of a crate. Copies share what they are built from.
struct Template(PathBuf);

impl Template {
    fn with(name: &str, solution: &Path) -> Self {
        let folder = Path::new(SHARED).join("template").join(name);
        let root = repository();
        copy(&root.join("student-template"), &folder);
        copy(&solution.join("src"), &folder.join("src"));
        // It stands alone, as in a handout; what it is built from stays where it is.
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        // Cargo keeps builds apart by their packages' names, not by their folders.
        let manifest = manifest
            .replace("\"../", &format!("\"{}/", root.display()))
            .replace("\"student-template\"", &format!("\"template-{name}\""))
            + "\n[lib]\nname = \"student_template\"\n\n[workspace]\n";
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self(folder)
    }

    fn cargo(&self, arguments: &[&str]) -> Run {
        Command::new("cargo")
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", Path::new(SHARED).join("template-target"))
            .env_remove("RUSTFLAGS")
            .run()
    }

    /// `cargo test --test checks`, with arguments for the tests.
    fn test(&self, arguments: &[&str]) -> Run {
        self.cargo(&[&["test", "--test", "checks", "--"], arguments].concat())
    }
}

/// What each failed test says.
fn failures(run: &Run) -> BTreeMap<&str, &str> {
    let (_, said) = run.stdout.split_once("\nfailures:\n").unwrap_or_default();
    let (said, _) = said.split_once("\nfailures:\n").unwrap_or((said, ""));
    said.split("\n---- ")
        .filter_map(|one| one.trim().split_once(" ----\n"))
        .map(|(name, text)| (name, text.trim_end()))
        .collect()
}

/// What the grader tells the student of each public check that does not pass.
fn feedback(report: &Report) -> BTreeMap<String, &str> {
    let mut told = BTreeMap::new();
    for exercise in &report.submissions[0].exercises {
        for check in &exercise.checks {
            if check.visibility == VisibilityReport::Public && check.verdict != VerdictReport::Pass {
                told.insert(
                    format!("{}/{}", exercise.id, check.id),
                    check.feedback.as_deref().unwrap(),
                );
            }
        }
    }
    told
}

fn public_checks() -> usize {
    let report = report(&submission("untouched"));
    feedback(&report).len()
}

#[test]
fn the_untouched_template_fails_every_check_with_not_implemented() {
    let run = Template::with("untouched", &repository().join("student-template")).test(&[]);
    assert_eq!(run.code, Some(101), "{}", run.stderr);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let failures = failures(&run);
    assert_eq!(failures.len(), public_checks());
    for (name, text) in failures {
        assert_eq!(text, "not implemented", "{name}");
    }
}

#[test]
fn the_reference_passes_every_check_of_the_template() {
    let run = Template::with("reference", &repository().join("reference")).test(&[]);
    run.ends(0, &[]);
    assert!(
        run.stdout.contains(&format!("{} passed; 0 failed", public_checks())),
        "{}",
        run.stdout
    );
}

#[test]
fn students_read_the_same_words_as_in_the_grader_s_report() {
    for name in ["naive-softmax", "panics"] {
        let run = Template::with(name, &submission(name)).test(&[]);
        let failures = failures(&run);
        let failures: BTreeMap<String, &str> = failures
            .iter()
            .map(|(name, text)| (name.split(' ').next().unwrap().to_owned(), *text))
            .collect();
        assert!(!failures.is_empty(), "{}", run.stdout);
        assert_eq!(failures, feedback(&report(&submission(name))), "{name}");
    }
}

#[test]
fn an_endless_loop_is_one_failed_test() {
    let template = Template::with("endless-loop", &submission("endless-loop"));
    // Two tests: one of the function that loops, one of another.
    let run = template.test(&["certain-model-has-perplexity-1"]);
    assert_eq!(failures(&run), BTreeMap::new());
    let run = template.test(&["no-surprise"]);
    let texts: Vec<&str> = failures(&run).into_values().collect();
    assert_eq!(texts, ["no answer within 10 s: is there an endless loop?"]);
}

#[test]
fn a_word_chooses_the_checks_of_a_function() {
    let template = Template::with("filters", &repository().join("reference"));
    for (arguments, lists) in [
        (&["(kl_divergence)"][..], 2),
        (&["label_smoothing"], 7),
        (&["one-hot/"], 5),
        (&["--exact", "binary/y-0 (binary_cross_entropy)"], 1),
        (&["no-such-function"], 0),
    ] {
        let run = template.test(&[arguments, &["--list"]].concat());
        assert_eq!(run.stdout.lines().count(), lists, "{arguments:?}\n{}", run.stdout);
        let run = template.test(arguments);
        assert!(
            run.stdout.contains(&format!("{lists} passed; 0 failed")),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn nextest_runs_the_same_tests() {
    let template = Template::with("nextest", &repository().join("reference"));
    let listed = template.test(&["--list"]);
    let run = template.cargo(&["nextest", "run", "--color", "never"]);
    run.ends(0, &[]);
    for line in listed.stdout.lines() {
        let name = line.strip_suffix(": test").unwrap();
        assert!(run.stderr.contains(name), "{name}\n{}", run.stderr);
    }
}

#[test]
fn what_students_get_is_up_to_date() {
    grader().args(["handout", "--pack", "--check"]).run().ends(0, &[]);
}

#[test]
fn a_spec_that_has_changed_needs_a_new_pack() {
    let template = Template::with("packed", &repository().join("reference"));
    let from = format!("template: {}/student-template", repository().display());
    let spec = crate::specs::small(&[(&from, &format!("template: {}", template.0.display()))]);
    let pack = |check: &[&str]| {
        let spec = ["--spec", spec.path().to_str().unwrap()];
        grader().args(["handout", "--pack"]).args(spec).args(check).run()
    };
    let packed = template.0.join("checks.json");
    let before = fs::read(&packed).unwrap();
    pack(&["--check"]).ends(1, &["is not up to date; run `grader handout --pack`"]);
    assert_eq!(fs::read(&packed).unwrap(), before, "--check writes nothing");
    pack(&[]).ends(0, &[]);
    pack(&["--check"]).ends(0, &[]);
    let run = template.test(&[]);
    assert!(run.stdout.contains("6 passed; 0 failed"), "{}", run.stdout);
    let text = fs::read_to_string(&packed).unwrap();
    for secret in ["the other way round", "0.75", "a class that does not exist"] {
        assert!(!text.contains(secret), "{secret} is for nobody's eyes");
    }
}
