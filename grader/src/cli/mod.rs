//! Arguments -> resolved options -> rooms, and their errors -> exit codes.
//!
//! 0 graded, 1 a minimum was missed, 2 usage or spec, 3 something was not graded, 4 the reference fails its own spec,
//! 70 internal.

mod audit;
mod book;
mod ci;
mod diff;
mod failure;
mod fill;
mod grade;
mod handout;
mod lint;
mod output;
mod progress;
mod report;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::assignment::{Assignment, AssignmentError, Origin, Places, default_spec};
use crate::grade::grade_reference;
use crate::report::Report;
use crate::sandbox::{Isolation, prepare_grader};
use audit::{AuditArguments, run_audit};
use ci::{CiArguments, run_ci};
use diff::{DiffArguments, run_diff};
use failure::Failure;
use grade::{GradeArguments, reference_failure, run_grade};
use handout::{HandoutArguments, run_handout};
use lint::{LintArguments, run_lint};
use report::{ReportArguments, run_report};

/// The exit code of a fault of ours.
pub const INTERNAL: u8 = 70;

/// An auto-grader for numeric and ML courses in Rust.
#[derive(Debug, Parser)]
#[command(name = "grader", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Grade a folder of submissions, or one submission
    Grade(GradeArguments),
    /// Show a finished run again, in any format
    Report(ReportArguments),
    /// See whose score moved between two runs, and why
    Diff(DiffArguments),
    /// See what in the spec gives points away, cannot fail, or is not stable
    Lint(LintArguments),
    /// See which wrong solutions the checks catch, and which they miss
    Audit(AuditArguments),
    /// Make what students get
    Handout(HandoutArguments),
    /// Print what a CI or another system runs
    Ci(CiArguments),
    /// Print a JSON Schema
    Schema {
        /// Of which file
        #[arg(value_enum, default_value_t = SchemaOf::Report)]
        of: SchemaOf,
    },
    /// Print what a shell needs to complete commands
    Completions {
        /// Of which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or that of a command
    Man {
        /// Of which command
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
struct CommonArguments {
    /// The assignment's spec [default: the only specs/*.yaml here or in the nearest folder above]
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Where builds are kept; safe to delete [default: the user's cache folder]
    #[arg(long, value_name = "FOLDER", env = "GRADER_CACHE")]
    cache: Option<PathBuf>,
    /// Build and run all submissions anew, whatever was kept of earlier runs
    #[arg(long)]
    fresh: bool,
    /// Run submissions although this machine cannot isolate them; every report says so
    #[arg(long)]
    unsafe_no_sandbox: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// report.json
    Report,
    /// A spec, for editors
    Spec,
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Grade(arguments) => run_grade(arguments),
        Command::Lint(arguments) => run_lint(arguments),
        Command::Audit(arguments) => run_audit(arguments),
        Command::Handout(arguments) => run_handout(arguments),
        Command::Ci(arguments) => run_ci(arguments),
        Command::Schema { of } => run_schema(*of),
        Command::Report(arguments) => run_report(arguments),
        Command::Diff(arguments) => run_diff(arguments),
        Command::Completions { shell } => run_completions(*shell),
        Command::Man { command } => run_man(command.as_deref()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(failure.message());
            ExitCode::from(failure.code())
        }
    }
}

fn run_schema(of: SchemaOf) -> Result<(), Failure> {
    let schema = match of {
        SchemaOf::Report => schemars::schema_for!(Report),
        SchemaOf::Spec => grader_engine::spec::schema(),
    };
    let schema = serde_json::to_string_pretty(&schema);
    let schema = schema.map_err(|error| Failure::Internal(format!("error: {error}")))?;
    out(|stdout| writeln!(stdout, "{schema}"))
}

fn run_completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "grader", &mut script);
    out(|stdout| stdout.write_all(&script))
}

fn run_man(of: Option<&str>) -> Result<(), Failure> {
    let mut grader = Arguments::command();
    grader.build();
    let command = match of {
        None => Some(&grader),
        Some(name) => grader.find_subcommand(name),
    };
    let Some(command) = command else {
        return Err(Failure::Usage(format!(
            "error: there is no command `{}`",
            of.unwrap_or_default()
        )));
    };
    out(|stdout| clap_mangen::Man::new(command.clone()).render(stdout))
}

fn open(arguments: &CommonArguments) -> Result<Assignment, Failure> {
    let usage = |error: &AssignmentError| Failure::Usage(format!("error: {error}"));
    let internal = |error: std::io::Error| Failure::Internal(format!("error: {error}"));
    let spec = match &arguments.spec {
        Some(spec) => spec.clone(),
        None => default_spec(&std::env::current_dir().map_err(internal)?).map_err(|error| usage(&error))?,
    };
    let cache = match &arguments.cache {
        Some(cache) => std::path::absolute(cache).map_err(internal)?,
        None => default_cache()?,
    };
    let grader = std::env::current_exe().map_err(internal)?;
    let isolation = if arguments.unsafe_no_sandbox {
        Isolation::BestEffort
    } else {
        Isolation::Required
    };
    prepare_grader().map_err(internal)?;
    let places = Places {
        grader,
        cache,
        fresh: arguments.fresh,
        isolation,
    };
    Assignment::open(&spec, &places).map_err(|error| match error {
        AssignmentError::Spec(errors) => Failure::Usage(errors.to_string()),
        other => usage(&other),
    })
}

/// What the checks were made from, for what cannot do without; the reference has passed them.
fn passing_origin(assignment: &Assignment) -> Result<&Origin, Failure> {
    let origin = assignment.origin();
    let origin = origin.map_err(|error| Failure::Usage(format!("error: {error}")))?;
    grade_reference(assignment, origin).map_err(|failed| reference_failure(assignment, &failed.graded))?;
    Ok(origin)
}

fn default_cache() -> Result<PathBuf, Failure> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy();
    let strategy =
        strategy.map_err(|error| Failure::Usage(format!("error: no cache folder: {error}; name one with --cache")))?;
    Ok(strategy.cache_dir().join("grader"))
}

/// Results go to stdout. Whoever closed it does not want more.
fn out(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = io::BufWriter::new(anstream::stdout());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Internal(format!("error: cannot print: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// What is said about the run goes to stderr.
fn say(text: &str) {
    // There is nobody left to tell when stderr is closed.
    let _ = writeln!(anstream::stderr(), "{text}");
}
