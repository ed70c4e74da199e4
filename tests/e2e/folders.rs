//! Folders as students hand them in: odd, broken and hostile.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use grader::report::{Report, Status, VerdictReport};
use tempfile::TempDir;

use crate::class::earned;
use crate::files::{copy, submission, temporary, write};
use crate::run::{grade, of, report};

/// A class with a proper submission in it, so that the folder is one of submissions.
fn class() -> TempDir {
    let folder = temporary();
    copy(&submission("correct-differently"), &folder.path().join("proper"));
    folder
}

/// The status, the points and the problem of a submission.
fn became<'a>(report: &'a Report, id: &str) -> (Status, f64, Option<&'a str>) {
    let one = of(report, id);
    (one.status, one.score.unwrap().earned, one.problem.as_deref())
}

#[test]
fn a_folder_without_submissions_is_refused_and_says_what_it_lacks() {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    write(&path("file"), "");
    write(&path("loose/notes.txt"), "");
    write(&path("junk/a/notes.txt"), "");
    write(&path("junk/b/c/photo.jpg"), [0xff, 0xd8]);
    for (name, why) in [
        ("missing", "missing does not exist"),
        ("empty", "empty holds no submissions"),
        ("file", "file is no folder, archive (.zip, .tar.gz) or Rust file"),
        ("loose", "loose holds no submissions"),
        ("junk", "none of the 2 folders in"),
    ] {
        let run = grade(&path(name), [""; 0]);
        run.ends(2, &[why]);
        assert_eq!(run.stdout, "", "{name}");
    }
}

#[test]
fn a_library_without_a_solution_is_a_failed_build_in_one_line() {
    let class = class();
    write(&class.path().join("blank/src/lib.rs"), "");
    let exported = fs::read_to_string(submission("untouched").join("src/lib.rs")).unwrap();
    let unexported = exported.replace("contract::export!(Solution);", "");
    assert_ne!(unexported, exported);
    write(&class.path().join("unexported/src/lib.rs"), unexported);
    let report = report(class.path());
    let why = "the library exports no solution: is `contract::export!(…);` still in `src/lib.rs`?";
    for id in ["blank", "unexported"] {
        assert_eq!(became(&report, id), (Status::BuildFailed, 0.0, Some(why)));
        let exercises = &of(&report, id).exercises;
        assert!(exercises.iter().all(|exercise| exercise.checks.is_empty()), "{id}");
    }
}

#[test]
fn nothing_beside_src_ever_runs_or_matters() {
    let class = class();
    let hostile = class.path().join("hostile");
    let traces = temporary();
    let trace = |name: &str| traces.path().join(name).display().to_string();
    copy(&submission("kl-reversed"), &hostile);
    for (file, text) in [
        (
            "Cargo.toml",
            "[package]\nname = \"grader\"\nbuild = \"build.rs\"\n[lib]\npath = \"other.rs\"\n[dependencies]\nno-such-crate = \"9\"\n".to_owned(),
        ),
        ("Cargo.lock", "nonsense".to_owned()),
        ("other.rs", "compile_error!(\"not this one\");".to_owned()),
        ("build.rs", format!("fn main() {{ std::fs::write({:?}, \"\").unwrap() }}", trace("build"))),
        (
            ".cargo/config.toml",
            format!("[build]\nrustc-wrapper = {:?}\nrustflags = [\"--cfg=evil\"]\n", hostile.join("wrapper")),
        ),
        ("wrapper", format!("#!/bin/sh\ntouch {}\nexec \"$@\"\n", trace("wrapper"))),
        ("rust-toolchain.toml", "[toolchain]\nchannel = \"1.0.0\"\n".to_owned()),
        ("rust-toolchain", "1.0.0\n".to_owned()),
        ("clippy.toml", "nonsense".to_owned()),
        ("tests/checks.rs", format!("#[test] fn t() {{ std::fs::write({:?}, \"\").unwrap() }}", trace("test"))),
        ("target/debug/libhostile.so", "nonsense".to_owned()),
        ("checks.json", "nonsense".to_owned()),
        ("specs/other.yaml", "nonsense".to_owned()),
    ] {
        write(&hostile.join(file), text);
    }
    let report = report(class.path());
    assert_eq!(
        became(&report, "hostile"),
        (Status::Graded, earned("kl-reversed"), None)
    );
    assert_eq!(became(&report, "proper").1, 100.0);
    assert_eq!(fs::read_dir(traces.path()).unwrap().count(), 0);
}

#[test]
fn a_crate_further_down_is_found_and_two_are_told() {
    let class = class();
    copy(&submission("kl-reversed"), &class.path().join("nested/assignment-1"));
    copy(&submission("kl-reversed"), &class.path().join("torn/first"));
    copy(&submission("kl-reversed"), &class.path().join("torn/second"));
    let report = report(class.path());
    assert_eq!(became(&report, "nested"), (Status::Graded, earned("kl-reversed"), None));
    assert!(of(&report, "nested").notes.concat().contains("assignment-1"));
    let (status, points, problem) = became(&report, "torn");
    assert_eq!((status, points), (Status::Unusable, 0.0));
    assert!(
        problem.unwrap().contains("first") && problem.unwrap().contains("second"),
        "{problem:?}"
    );
}

#[test]
fn links_are_not_followed() {
    let class = class();
    let path = |name: &str| class.path().join(name);
    fs::create_dir_all(path("linked-src")).unwrap();
    symlink(path("proper/src"), path("linked-src/src")).unwrap();
    symlink(path("proper"), path("linked-whole")).unwrap();
    fs::create_dir_all(path("linked-file/src")).unwrap();
    symlink(path("proper/src/lib.rs"), path("linked-file/src/lib.rs")).unwrap();
    copy(&submission("kl-reversed"), &path("linked-inside"));
    symlink("/etc/passwd", path("linked-inside/src/secret.rs")).unwrap();
    let report = report(class.path());
    for id in ["linked-src", "linked-whole", "linked-file", "linked-inside"] {
        let (status, points, problem) = became(&report, id);
        assert_eq!((status, points), (Status::Unusable, 0.0), "{id}");
        assert!(problem.unwrap().contains("link"), "{id}: {problem:?}");
    }
}

#[test]
fn loose_files_and_hidden_folders_are_left_aside_and_told() {
    let class = class();
    write(&class.path().join("grades.xlsx"), "");
    copy(&submission("kl-reversed"), &class.path().join(".trash"));
    let report = report(class.path());
    assert_eq!(report.submissions.len(), 1);
    assert_eq!(
        report.notes,
        [
            ".trash is hidden, so it was left aside",
            "grades.xlsx is no folder, archive or Rust file, so it was left aside"
        ]
    );
}

#[test]
fn a_name_that_is_no_text_is_graded_under_one_that_is() {
    let class = class();
    let name = OsStr::from_bytes(b"jos\xe9 \x1b[2J");
    copy(&submission("kl-reversed"), &class.path().join(name));
    let report = report(class.path());
    let [odd, _] = report.submissions.as_slice() else {
        panic!("{} submissions", report.submissions.len());
    };
    assert!(odd.id.starts_with("jos") && !odd.id.contains('\u{1b}'), "{:?}", odd.id);
    assert_eq!(odd.score.unwrap().earned, earned("kl-reversed"));
}

#[test]
fn a_source_that_is_no_text_does_not_compile() {
    let class = class();
    write(&class.path().join("binary/src/lib.rs"), [0xff, 0xfe, 0x00]);
    let report = report(class.path());
    let (status, points, problem) = became(&report, "binary");
    assert_eq!((status, points), (Status::BuildFailed, 0.0));
    assert!(problem.unwrap().contains("src/lib.rs"), "{problem:?}");
}

#[test]
fn a_source_that_exports_nothing_is_told_what_is_missing() {
    let class = class();
    write(&class.path().join("blank/src/lib.rs"), "");
    let report = report(class.path());
    assert_eq!(became(&report, "blank").1, 0.0);
    for check in of(&report, "blank")
        .exercises
        .iter()
        .flat_map(|exercise| &exercise.checks)
    {
        let told = check.detail.as_ref().unwrap();
        assert!(
            told.contains("export!") || check.verdict == VerdictReport::Skipped,
            "{told}"
        );
    }
}

#[test]
fn grading_changes_nothing_in_the_folder() {
    let class = class();
    let listing = |folder: &Path| -> Vec<_> {
        let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
        entries
            .map(|entry| {
                let entry = entry.unwrap();
                let metadata = entry.metadata().unwrap();
                (entry.path().to_owned(), metadata.modified().unwrap(), metadata.len())
            })
            .collect()
    };
    let before = listing(class.path());
    report(class.path());
    assert_eq!(listing(class.path()), before);
}
