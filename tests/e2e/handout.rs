//! The folder that students get: what is in it and what is not, and that it works where nothing else is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;
use walkdir::WalkDir;

use crate::files::{copy, repository, temporary, write};
use crate::run::{Run, RunExt, grader};

/// What stands in the reference, in its bugs, in the spec's hidden and named checks, and what its secret seed is.
const SECRETS: [&str; 4] = ["CANARY", "canary", "0.8765", "9182736455463"];

/// The shipped assignment with secrets that would be seen, and its handout.
struct Course(TempDir);

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    let course = Course(temporary());
    course.hand_out(&course.path("out")).ends(0, &[]);
    course
});

impl Course {
    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn spec() -> String {
        let root = repository();
        let hidden = "    checks:\n      - name: CANARY name\n        id: canary-id\n        call: entropy([0.8765, 0.1235])\n        \
             hint: CANARY hint\n        visibility: hidden\n";
        let named = "      - name: a check by name\n        call: entropy([0.8765, 0.1235])\n        hint: CANARY hint\n        \
             visibility: named\n";
        let spec = fs::read_to_string(root.join("specs/cross-entropy.yaml")).unwrap();
        let edits = [
            ("../contract", root.join("contract").display().to_string()),
            (
                "../student-template",
                root.join("student-template").display().to_string(),
            ),
            ("secret_seed: 90210", "secret_seed: 9182736455463".to_owned()),
            ("    checks:\n", format!("{hidden}{named}")),
        ];
        edits.iter().fold(spec, |spec, (from, to)| {
            assert!(spec.contains(from), "{from}");
            spec.replacen(from, to, 1)
        })
    }

    fn hand_out(&self, out: &Path) -> Run {
        if !self.path("reference").exists() {
            copy(&repository().join("reference"), &self.path("reference"));
            for file in files(&self.path("reference")) {
                let text = fs::read_to_string(&file).unwrap();
                fs::write(&file, format!("{text}\n// CANARY\n")).unwrap();
            }
            write(&self.path("specs/spec.yaml"), format!("{}\n# CANARY\n", Self::spec()));
        }
        grader()
            .arg("handout")
            .arg(out)
            .arg("--spec")
            .arg(self.path("specs/spec.yaml"))
            .run()
    }
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

/// `cargo test`, with arguments, as students run it.
fn test(folder: &Path, target: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new("cargo");
    command.args(["test", "--offline"]).args(arguments).current_dir(folder);
    command.env("CARGO_TARGET_DIR", target).env_remove("RUSTFLAGS").run()
}

#[test]
fn a_handout_works_where_nothing_else_is() {
    let (folder, target) = (tempfile::tempdir().unwrap(), temporary());
    let work = folder.path().join("work");
    copy(&COURSE.path("out"), &work);
    let lock = fs::read(work.join("Cargo.lock")).unwrap();

    let run = test(&work, target.path(), &[]);
    assert_eq!(run.code, Some(101), "{}", run.stderr);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let unsolved = run.stdout.matches("\nnot implemented\n").count();
    assert!(unsolved > 50, "{}", run.stdout);
    assert!(
        run.stdout.contains(&format!("0 passed; {unsolved} failed")),
        "{}",
        run.stdout
    );
    assert_eq!(
        fs::read(work.join("Cargo.lock")).unwrap(),
        lock,
        "it has the versions already"
    );

    fs::copy(repository().join("reference/src/lib.rs"), work.join("src/lib.rs")).unwrap();
    let run = test(&work, target.path(), &[]);
    run.ends(0, &[]);
    assert!(
        run.stdout.contains(&format!("{unsolved} passed; 0 failed")),
        "{}",
        run.stdout
    );
    let run = test(&work, target.path(), &["log_softmax"]);
    run.ends(0, &[]);
    assert!(!run.stdout.contains(&format!("{unsolved} passed")), "{}", run.stdout);
    assert!(run.stdout.contains("log_softmax)"), "{}", run.stdout);

    let graded = grader()
        .args(["grade", ".", "--min-score", "100"])
        .current_dir(&work)
        .run();
    graded.ends(0, &[]);
    assert!(
        graded.stdout.starts_with("Cross-entropy (public part, "),
        "{}",
        graded.stdout
    );
}

#[test]
fn nothing_secret_is_handed_out() {
    let spec = fs::read_to_string(COURSE.path("specs/spec.yaml")).unwrap();
    for secret in SECRETS {
        assert!(spec.contains(secret), "{secret} is there to be leaked");
    }
    let files = files(&COURSE.path("out"));
    for wanted in [
        "README.md",
        "checks.json",
        "vendor/grader-engine/Cargo.toml",
        "contract/src/lib.rs",
    ] {
        assert!(files.contains(&COURSE.path("out").join(wanted)), "{wanted}");
    }
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let has = |secret: &[u8]| bytes.windows(secret.len()).any(|bytes| bytes == secret);
        let repository = repository();
        for secret in SECRETS.into_iter().chain(repository.to_str()) {
            assert!(!has(secret.as_bytes()), "{secret} is in {}", file.display());
        }
    }
}

#[test]
fn the_second_time_what_students_edit_is_kept() {
    let course = Course(temporary());
    let out = course.path("out");
    copy(&COURSE.path("out"), &out);
    fs::write(out.join("src/lib.rs"), "// mine\n").unwrap();
    fs::write(out.join("README.md"), "old").unwrap();
    fs::write(out.join("notes.md"), "mine").unwrap();
    let run = course.hand_out(&out);
    run.ends(0, &[]);
    assert!(run.stdout.contains("kept src/lib.rs"), "{}", run.stdout);
    fs::remove_file(out.join("notes.md")).unwrap();
    for file in files(&COURSE.path("out")) {
        let same = out.join(file.strip_prefix(COURSE.path("out")).unwrap());
        let wanted = if same.ends_with("src/lib.rs") && same.parent() == Some(&out.join("src")) {
            b"// mine\n".to_vec()
        } else {
            fs::read(&file).unwrap()
        };
        assert!(fs::read(&same).unwrap() == wanted, "{}", same.display());
    }
    assert_eq!(files(&out).len(), files(&COURSE.path("out")).len());
}

#[test]
fn a_folder_that_is_no_handout_is_refused_as_it_is() {
    let folder = temporary();
    write(&folder.path().join("mine.txt"), "mine");
    grader()
        .arg("handout")
        .arg(folder.path())
        .run()
        .ends(2, &["is there and is no handout"]);
    assert_eq!(files(folder.path()), [folder.path().join("mine.txt")]);
}
