//! `grader ci`: what a CI or another system runs, as a file to keep beside the assignment.

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::out;

#[derive(Debug, Args)]
pub(super) struct CiArguments {
    /// For which system
    #[arg(value_enum)]
    system: System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum System {
    /// .github/workflows/grade.yml of a student's repository
    Github,
    /// .gitlab-ci.yml of a student's repository
    Gitlab,
    /// run_autograder of a Gradescope autograder
    Gradescope,
    /// setup.sh of a Gradescope autograder
    GradescopeSetup,
}

impl System {
    fn file(self) -> &'static str {
        match self {
            Self::Github => include_str!("../../ci/github.yml"),
            Self::Gitlab => include_str!("../../ci/gitlab.yml"),
            Self::Gradescope => include_str!("../../ci/run_autograder"),
            Self::GradescopeSetup => include_str!("../../ci/setup.sh"),
        }
    }
}

pub(super) fn run_ci(arguments: &CiArguments) -> Result<(), Failure> {
    out(|stdout| write!(stdout, "{}", arguments.system.file()))
}
