//! Arguments -> resolved options -> rooms, and their errors -> exit codes.
//!
//! 0 graded, 1 a minimum was missed, 2 usage or spec, 3 something was not graded, 4 the reference fails its own spec,
//! 70 internal.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use grader_engine::pack;

use crate::assignment::{Assignment, AssignmentError, Places, default_spec};
use crate::discover::discover;
use crate::grade::{Graded, grade, grade_reference};
use crate::report::{Report, details, summary, table};
use crate::sandbox::{Isolation, prepare_grader};
use crate::store;

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
    /// Make what students get
    Handout(HandoutArguments),
    /// Print a JSON Schema
    Schema {
        /// Of which file
        #[arg(value_enum, default_value_t = SchemaOf::Report)]
        of: SchemaOf,
    },
}

#[derive(Debug, Args)]
struct GradeArguments {
    /// A folder with one folder per submission, or one submission's folder
    folder: PathBuf,
    #[command(flatten)]
    common: CommonArguments,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write report.json into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// How many submissions to grade at once [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Print this submission in full; without a value, all of them
    #[arg(long, value_name = "ID", num_args = 0.., conflicts_with = "format")]
    details: Option<Vec<String>>,
    /// Exit with 1 unless every submission earns this percentage of the points
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    min_score: Option<f64>,
}

#[derive(Debug, Args)]
struct HandoutArguments {
    #[command(flatten)]
    common: CommonArguments,
    /// Refresh the template's checks.json: the public checks and the reference's answers
    #[arg(long, required = true)]
    pack: bool,
    /// Write nothing; exit with 1 when checks.json is not up to date
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Args)]
struct CommonArguments {
    /// The assignment's spec [default: the only specs/*.yaml here or in the nearest folder above]
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Where builds are kept; safe to delete [default: the user's cache folder]
    #[arg(long, value_name = "FOLDER", env = "GRADER_CACHE")]
    cache: Option<PathBuf>,
    /// Run submissions although this machine cannot isolate them; every report says so
    #[arg(long)]
    unsafe_no_sandbox: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The class as a table
    Table,
    /// report.json
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// report.json
    Report,
    /// A spec, for editors
    Spec,
}

/// How a command ended, but for success.
enum Failure {
    /// A minimum was missed, or a file is not up to date.
    Missed(String),
    /// The instructor's to mend.
    Usage(String),
    /// Some submissions were not graded.
    NotGraded(String),
    /// The reference fails its own spec.
    Reference(String),
    /// Ours.
    Internal(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Missed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotGraded(_) => 3,
            Self::Reference(_) => 4,
            Self::Internal(_) => INTERNAL,
        }
    }

    fn message(&self) -> &str {
        match self {
            Self::Missed(text)
            | Self::Usage(text)
            | Self::NotGraded(text)
            | Self::Reference(text)
            | Self::Internal(text) => text,
        }
    }
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Grade(arguments) => run_grade(arguments),
        Command::Handout(arguments) => run_handout(arguments),
        Command::Schema { of } => run_schema(*of),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(failure.message());
            ExitCode::from(failure.code())
        }
    }
}

fn run_grade(arguments: &GradeArguments) -> Result<(), Failure> {
    let class = discover(&arguments.folder).map_err(|error| Failure::Usage(format!("error: {error}")))?;
    let unknown = |id: &&String| class.submissions.iter().all(|submission| submission.id != **id);
    if let Some(unknown) = arguments.details.iter().flatten().find(unknown) {
        return Err(Failure::Usage(format!("error: there is no submission `{unknown}`")));
    }
    if let Some(out) = &arguments.out {
        // Before the work, not after it.
        store::prepare(out)
            .map_err(|error| Failure::Usage(format!("error: cannot write to {}: {error}", out.display())))?;
    }
    let assignment = open(&arguments.common)?;
    grade_reference(&assignment).map_err(|failed| reference_failure(&assignment, &failed.graded))?;
    let jobs = arguments.jobs.map_or_else(cores, usize::from);
    let count = class.submissions.len();
    let mut done = 0;
    let graded = grade(&assignment, &class.submissions, jobs, &mut |graded| {
        done += 1;
        say(&format!("graded {} ({done} of {count})", graded.id));
    });
    let report = Report::new(&assignment.plan, &assignment.receipt, class.notes, &graded);
    if let Some(out) = &arguments.out {
        store::save(out, &report)
            .map_err(|error| Failure::Internal(format!("error: cannot write the report: {error}")))?;
    }
    print(arguments, &report)?;
    judge_run(arguments.min_score, &report)
}

fn reference_failure(assignment: &Assignment, graded: &Graded) -> Failure {
    let mut report = Report::new(
        &assignment.plan,
        &assignment.receipt,
        Vec::new(),
        std::slice::from_ref(graded),
    );
    for exercise in report
        .submissions
        .iter_mut()
        .flat_map(|submission| &mut submission.exercises)
    {
        exercise.checks.retain(|check| check.detail.is_some());
    }
    let failing: String = report.submissions.iter().map(details).collect();
    Failure::Reference(format!(
        "error: the reference does not pass its own spec, so nothing was graded\n\n{failing}"
    ))
}

fn print(arguments: &GradeArguments, report: &Report) -> Result<(), Failure> {
    match (&arguments.details, arguments.format) {
        (Some(ids), _) => {
            let chosen = report
                .submissions
                .iter()
                .filter(|submission| ids.is_empty() || ids.contains(&submission.id));
            out(&chosen.map(details).collect::<Vec<_>>().join("\n"))
        }
        (None, Format::Table) => out(&format!("{}\n{}", table(report), summary(report))),
        (None, Format::Json) => {
            let json = store::to_json(report).map_err(|error| Failure::Internal(format!("error: {error}")))?;
            out(&(json + "\n"))
        }
    }
}

fn judge_run(min_score: Option<f64>, report: &Report) -> Result<(), Failure> {
    let not_graded = report.not_graded();
    if not_graded > 0 {
        return Err(Failure::NotGraded(format!(
            "error: {not_graded} of {} submissions were not graded",
            report.submissions.len()
        )));
    }
    let Some(percent) = min_score else { return Ok(()) };
    let missed = report.submissions.iter().filter_map(|submission| {
        let score = submission.score?;
        (score.earned * 100.0 < percent * score.possible).then_some(submission.id.as_str())
    });
    match missed.collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        missed => Err(Failure::Missed(format!("below {percent} %: {}", missed.join(", ")))),
    }
}

fn run_handout(arguments: &HandoutArguments) -> Result<(), Failure> {
    let assignment = open(&arguments.common)?;
    grade_reference(&assignment).map_err(|failed| reference_failure(&assignment, &failed.graded))?;
    let text =
        pack(&assignment.plan, &assignment.answers).map_err(|why| Failure::Reference(format!("error: {why}")))?;
    let file = assignment.template.join("checks.json");
    let fresh = std::fs::read(&file).is_ok_and(|old| old == text.as_bytes());
    match (fresh, arguments.check) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::Missed(format!(
            "{} is not up to date; run `grader handout --pack`",
            file.display()
        ))),
        (false, false) => store::replace(&file, text.as_bytes())
            .map_err(|error| Failure::Internal(format!("error: cannot write {}: {error}", file.display()))),
    }
}

fn run_schema(of: SchemaOf) -> Result<(), Failure> {
    let schema = match of {
        SchemaOf::Report => schemars::schema_for!(Report),
        SchemaOf::Spec => grader_engine::spec::schema(),
    };
    let schema = serde_json::to_string_pretty(&schema);
    out(&(schema.map_err(|error| Failure::Internal(format!("error: {error}")))? + "\n"))
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
        isolation,
    };
    Assignment::open(&spec, &places).map_err(|error| match error {
        AssignmentError::Spec(errors) => Failure::Usage(errors.to_string()),
        other => usage(&other),
    })
}

fn default_cache() -> Result<PathBuf, Failure> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy();
    let strategy =
        strategy.map_err(|error| Failure::Usage(format!("error: no cache folder: {error}; name one with --cache")))?;
    Ok(strategy.cache_dir().join("grader"))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn percentage(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "a percentage is from 0 to 100".to_owned())
}

/// Results go to stdout. Whoever closed it does not want more.
fn out(text: &str) -> Result<(), Failure> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
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
