//! What CI systems run, as far as that goes without them: the scripts in the files, in the folders that they find there.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::files::{copy, repository, submission, temporary};
use crate::public_part::Student;
use crate::run::{Run, RunExt, grader};

/// A file that the grader prints for a system.
fn file(system: &str) -> String {
    let run = grader().args(["ci", system]).run();
    run.ends(0, &[]);
    run.stdout
}

/// Runs a script where the grader is on the path, as in CI.
fn bash(script: &str, folder: &Path, variables: &[(&str, &Path)]) -> Run {
    let bin = Path::new(env!("CARGO_BIN_EXE_grader")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    // As a runner has it; the settings of this run of the tests, where the grader keeps what it builds, stay.
    command.args(["-e", "-c", script]).current_dir(folder).env("PATH", path);
    for (name, value) in grader().get_envs().filter_map(|(name, value)| Some((name, value?))) {
        if name != "PATH" {
            command.env(name, value);
        }
    }
    variables.iter().for_each(|(name, value)| {
        command.env(name, value);
    });
    command.run()
}

fn yaml(text: &str) -> serde_json::Value {
    serde_yaml::from_str(text).unwrap()
}

fn json(file: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// The script of the step with this name.
fn step(workflow: &serde_json::Value, name: &str) -> String {
    let steps = workflow["jobs"]["grade"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == name).unwrap();
    step["run"].as_str().unwrap().to_owned()
}

#[test]
fn a_student_sees_on_github_where_it_fails_and_gets_a_result() {
    let workflow = yaml(&file("github"));
    assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }));
    let student = Student::with(&submission("kl-reversed"));
    let summary = student.work().join("summary.md");
    let run = bash(
        &step(&workflow, "Grade"),
        &student.work(),
        &[("GITHUB_STEP_SUMMARY", &summary)],
    );
    run.ends(1, &["below 100 %: work"]);
    let line = fs::read_to_string(student.work().join("src/lib.rs")).unwrap();
    let line = line.lines().position(|line| line.contains("fn kl_divergence")).unwrap() + 1;
    let annotation = format!("::error file=src/lib.rs,line={line},title=Verify the core identity");
    assert!(run.stdout.contains(&annotation), "{}", run.stdout);
    assert!(run.stdout.contains("title=grader::public part, "), "{}", run.stdout);
    assert!(fs::read_to_string(summary).unwrap().contains("public part, "));
    let result = json(&student.work().join("result.json"));
    assert_eq!(result["schema"], "classroom50/result/v1");
    assert!(result["score"].as_u64() < result["max-score"].as_u64(), "{result}");
}

#[test]
fn a_right_solution_is_green_on_github_and_on_gitlab() {
    let student = Student::with(&repository().join("reference"));
    let github = step(&yaml(&file("github")), "Grade");
    bash(&github, &student.work(), &[]).ends(0, &[]);
    let gitlab = yaml(&file("gitlab"));
    let script = gitlab["grade"]["script"][0].as_str().unwrap();
    bash(script, &student.work(), &[]).ends(0, &[]);
    let artifacts = &gitlab["grade"]["artifacts"];
    let junit = fs::read_to_string(student.work().join(artifacts["reports"]["junit"].as_str().unwrap())).unwrap();
    assert!(junit.contains("failures=\"0\""), "{junit}");
    let report = json(&student.work().join(artifacts["paths"][0].as_str().unwrap()));
    assert_eq!(report["schema"], "grader/report/v1");
}

#[test]
fn installing_says_what_is_not_set() {
    let empty = temporary();
    let missing = format!(
        "hash -r; command() {{ return 1; }}; {}",
        step(&yaml(&file("github")), "Install grader")
    );
    bash(&missing, empty.path(), &[]).ends(1, &["set the variable GRADER_GIT"]);
    bash(&file("gradescope-setup"), empty.path(), &[]).ends(1, &["set GRADER_GIT in setup.sh"]);
}

#[test]
fn gradescope_gets_the_whole_score_or_no_file() {
    let autograder = temporary();
    let source = autograder.path().join("source");
    let root = repository();
    for part in ["specs", "contract", "student-template"] {
        copy(&root.join(part), &source.join(part));
    }
    copy(&root.join("reference/src"), &source.join("reference/src"));
    let manifest = fs::read_to_string(source.join("student-template/Cargo.toml")).unwrap();
    let manifest = manifest.replace("\"../", &format!("\"{}/", root.display())) + "\n[workspace]\n";
    fs::write(source.join("student-template/Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), source.join("student-template/Cargo.lock")).unwrap();
    copy(&submission("log-base-2"), &autograder.path().join("submission"));
    fs::create_dir(autograder.path().join("results")).unwrap();
    let script = file("gradescope");
    let run = || bash(&script, autograder.path(), &[("AUTOGRADER", autograder.path())]);
    run().ends(0, &[]);
    let results = autograder.path().join("results/results.json");
    let score = json(&results)["score"].as_f64().unwrap();
    assert!(score > 0.0 && score < 100.0, "{score}");

    fs::write(source.join("reference/src/lib.rs"), "it does not compile").unwrap();
    run().ends(2, &["the reference does not compile"]);
    assert!(!results.exists(), "an earlier score must not stand for this one");
}
