//! Specs that are tested themselves: what a lint finds, what an audit says, and what a submission is told that is a known
//! wrong solution.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use grader::report::DiagnosisReport;
use serde_json::Value;

use crate::files::{copy, repository, submission, temporary, write};
use crate::run::{RunExt, grade, grader, of};
use crate::specs::small;

/// The shipped assignment's audit, but for mutants, made once for all tests that look at it.
static AUDIT: LazyLock<Value> = LazyLock::new(|| {
    let run = grader().args(["audit", "--no-mutants", "--format", "json"]).run();
    run.ends(0, &[]);
    serde_json::from_str(&run.stdout).unwrap()
});

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

#[test]
fn every_labelled_bug_of_the_shipped_assignment_is_caught_where_it_is() {
    let bugs = AUDIT["bugs"].as_array().unwrap();
    assert!(bugs.len() >= 40, "{}", bugs.len());
    for bug in bugs {
        assert!(!texts(&bug["killed_by"]).is_empty(), "{bug}");
        assert_eq!(texts(&bug["elsewhere"]), [""; 0], "{bug}");
        assert!((1..=2).contains(&texts(&bug["broken"]).len()), "{bug}");
    }
    let contract = fs::read_to_string(repository().join("contract/src/lib.rs")).unwrap();
    let functions = contract
        .lines()
        .filter_map(|line| line.trim().strip_prefix("fn ")?.split('(').next());
    let broken: BTreeSet<&str> = bugs.iter().flat_map(|bug| texts(&bug["broken"])).collect();
    for function in functions {
        assert!(broken.contains(function), "no bug in {function}");
    }
}

#[test]
fn right_solutions_that_look_different_earn_everything() {
    let variants = AUDIT["variants"].as_array().unwrap();
    assert!(variants.len() >= 10, "{}", variants.len());
    for variant in variants {
        assert!(
            texts(&variant["failing"]).is_empty() && variant["problem"].is_null(),
            "{variant}"
        );
    }
}

#[test]
fn an_audit_of_few_checks_says_what_they_miss() {
    let run = grader()
        .args(["audit", "--no-mutants", "--spec"])
        .arg(small(&[]).path())
        .run();
    run.ends(1, &["the audit is not clean"]);
    for words in [
        "SURVIVES: ",
        "checks that would do for all bugs:",
        "bugs that answer every check alike:",
    ] {
        assert!(run.stdout.contains(words), "{}", run.stdout);
    }
}

#[test]
fn an_audit_needs_bugs_and_says_what_is_wrong_with_one() {
    let folder = temporary();
    let reference = folder.path().join("reference");
    copy(&repository().join("reference/src"), &reference.join("src"));
    let edit = format!("reference: {}/reference\n", repository().display());
    let spec = small(&[(&edit, &format!("reference: {}\n", reference.display()))]);
    let audit = || {
        grader()
            .args(["audit", "--no-mutants", "--spec"])
            .arg(spec.path())
            .run()
    };
    audit().ends(2, &["has no bugs/*.rs; an audit needs wrong solutions to catch"]);
    let bug = reference.join("bugs/broken.rs");
    write(&bug, "fn f() {}\n");
    audit().ends(2, &["bugs/broken.rs:1:1: the head has no line `//! name: …`"]);
    write(
        &bug,
        "//! name: a\n//! misconception: b\n//! hint: c\n\nfn f() -> u8 { \"\" }\n",
    );
    audit().ends(2, &["reference/bugs/broken.rs does not compile", "mismatched types"]);
}

#[test]
fn nothing_is_to_be_mended_in_the_shipped_spec() {
    let run = grader().args(["lint", "--seeds", "2"]).run();
    run.ends(0, &[]);
    assert!(
        run.stdout.starts_with("Cross-entropy: 0 findings in "),
        "{}",
        run.stdout
    );
}

#[test]
fn a_lint_finds_what_gives_points_away() {
    let mut found = String::new();
    for edits in [
        // A property that everything has, and nothing else of the function.
        &[(
            "call: entropy(p)\n        expect: = ln(2)",
            "holds: len(softmax(p)) == len(p)",
        )][..],
        // A tolerance that hides the difference, and one that nobody can keep.
        &[(
            "call: entropy(p)\n",
            "call: entropy(p)\n        tolerance: { rel: 0.5, abs: 0 }\n",
        )],
        &[(
            "call: entropy(p)\n",
            "call: entropy(p)\n        tolerance: { rel: 1e-17, abs: 0 }\n",
        )],
        // A hidden check that asks what a visible one asks.
        &[("kl_divergence([0.75, 0.25], p)", "log_softmax([1000, 1001])")],
        // What a solution answers that knows nothing.
        &[(
            "call: kl_divergence([0.75, 0.25], p)",
            "call: binary_cross_entropy(0, 0)\n        expect: 0\n        tolerance: { abs: 1e-9 }\n        weight: 9",
        )],
    ] {
        let run = grader().args(["lint", "--spec"]).arg(small(edits).path()).run();
        run.ends(1, &[]);
        found += &run.stdout;
    }
    insta::assert_snapshot!(found);
}

#[test]
fn a_template_with_an_answer_in_it_is_found() {
    let folder = temporary();
    let template = folder.path().join("template");
    copy(&repository().join("student-template"), &template);
    let manifest = fs::read_to_string(template.join("Cargo.toml")).unwrap();
    write(
        &template.join("Cargo.toml"),
        manifest.replace("path = \"../", &format!("path = \"{}/", repository().display())) + "\n[workspace]\n",
    );
    copy(&submission("correct-differently").join("src"), &template.join("src"));
    let edit = format!("template: {}/student-template\n", repository().display());
    let spec = small(&[(&edit, &format!("template: {}\n", template.display()))]);
    let run = grader().args(["lint", "--spec"]).arg(spec.path()).run();
    run.ends(1, &[]);
    assert!(run.stdout.contains("the template earns 10 of 10"), "{}", run.stdout);
}

/// What a sample submission is told that it is.
fn told(name: &str, options: &[&str]) -> Vec<DiagnosisReport> {
    let run = grade(&submission(name), ["--format", "json"].iter().chain(options));
    run.ends(0, &[]);
    of(&run.report(), name).diagnoses.clone()
}

#[test]
fn a_submission_with_a_known_mistake_is_told_what_it_is() {
    let diagnoses = told("kl-reversed", &[]);
    let [diagnosis] = diagnoses.as_slice() else {
        panic!("{diagnoses:?}");
    };
    assert_eq!(diagnosis.function, "kl_divergence");
    assert_eq!(diagnosis.id, "kl-arguments-swapped");
    assert!(diagnosis.visible && diagnosis.certain);
    for right_or_new in ["correct-differently", "notebook-port", "nan-everywhere", "untouched"] {
        assert_eq!(told(right_or_new, &[]), [], "{right_or_new}");
    }
}

#[test]
fn who_is_told_is_the_spec_s_to_say() {
    let spec = fs::read_to_string(repository().join("specs/cross-entropy.yaml")).unwrap();
    let folder = temporary();
    for (audience, visible) in [("instructor", Some(false)), ("off", None), ("everyone", Some(true))] {
        let file = folder.path().join("spec.yaml");
        let text = spec.replace("../", &format!("{}/", repository().display()));
        write(
            &file,
            text.replace("\nseed:", &format!("\ndiagnosis: {audience}\nseed:")),
        );
        let diagnoses = told("kl-reversed", &["--spec", file.to_str().unwrap()]);
        let seen = diagnoses.first().map(|diagnosis| diagnosis.visible);
        assert_eq!(seen, visible, "{audience}");
    }
}
