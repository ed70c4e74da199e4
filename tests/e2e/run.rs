//! A run of the grader: arguments -> exit code, and what it printed where.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use grader::report::{Report, SubmissionReport};

use crate::files::{SHARED, repository};

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The grader, to be run at the root of the repository, with builds that all tests share.
pub(crate) fn grader() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grader"));
    command
        .current_dir(repository())
        .env("GRADER_CACHE", Path::new(SHARED).join("cache"));
    command
}

/// `grader grade FOLDER OPTIONS`.
pub(crate) fn grade<O: AsRef<OsStr>>(folder: &Path, options: impl IntoIterator<Item = O>) -> Run {
    grader().arg("grade").arg(folder).args(options).run()
}

/// The report on a folder, all of which could be graded.
pub(crate) fn report(folder: &Path) -> Report {
    let run = grade(folder, ["--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.report()
}

pub(crate) trait RunExt {
    fn run(&mut self) -> Run;
}

impl RunExt for Command {
    fn run(&mut self) -> Run {
        let Output { status, stdout, stderr } = self.output().unwrap();
        Run {
            code: status.code(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

impl Run {
    /// What `--format json` printed.
    pub(crate) fn report(&self) -> Report {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Fails unless the run ended so and said each of these words on stderr.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked at grader"), "{}", self.stderr);
    }
}

/// A submission of a report.
#[track_caller]
pub(crate) fn of<'a>(report: &'a Report, id: &str) -> &'a SubmissionReport {
    let found = report.submissions.iter().find(|submission| submission.id == id);
    found.unwrap_or_else(|| panic!("no submission {id}"))
}

/// A report without what differs from run to run.
pub(crate) fn unmeasured(mut report: Report) -> Report {
    report.measured.clear();
    report
        .submissions
        .iter_mut()
        .for_each(|submission| submission.measured.clear());
    report
}
