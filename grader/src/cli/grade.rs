//! `grader grade`: a folder of submissions -> a run folder, a table, a report.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use grader_engine::spec::Audience;

use super::book::keep_book;
use super::failure::Failure;
use super::fill::FillArguments;
use super::output::{OutputArguments, Shown, chosen, print_details, unknown};
use super::progress::Progress;
use super::{CommonArguments, open, say};
use crate::assignment::Assignment;
use crate::discover::{Class, DiscoverError, Submission, discover};
use crate::grade::{Bench, Graded, Misconceptions, grade, grade_reference};
use crate::report::{Header, Row, SubmissionReport, details, diagnoses, plural};
use crate::store::{self, Finished, Run};

#[derive(Debug, Args)]
pub(super) struct GradeArguments {
    /// A folder or an archive of submissions, or one of them: a crate, an archive (.zip, .tar.gz) or a Rust file
    folder: PathBuf,
    /// Who the students are: a CSV file with the columns submission,name,id,email
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// When submissions were handed in: a CSV file with the columns submission,submitted_at
    #[arg(long, value_name = "FILE")]
    submitted: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArguments,
    #[command(flatten)]
    output: OutputArguments,
    /// Keep the run in this folder: report.json, grades.csv, feedback/, and the journal that an interrupted run goes on from
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Grade only this submission; with --out, into the run that is there
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// How many submissions to grade at once [default: one more than there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Print this submission in full; without a value, all of them
    #[arg(long, value_name = "ID", num_args = 0.., conflicts_with = "format")]
    details: Option<Vec<String>>,
    /// What the instructor changes by hand: a CSV file with the columns submission,points,comment
    #[arg(long, value_name = "FILE")]
    adjustments: Option<PathBuf>,
    #[command(flatten)]
    fill: FillArguments,
    /// Exit with 1 unless every submission earns this percentage of the points
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    min_score: Option<f64>,
}

/// What a thread hands over of a submission: its result, and what progress says of it.
struct Handed {
    finished: std::io::Result<Finished>,
    built: bool,
    passed: std::time::Duration,
}

pub(super) fn run_grade(arguments: &GradeArguments) -> Result<(), Failure> {
    let (class, everyone) = class(arguments)?;
    arguments
        .output
        .check(class.submissions.len(), arguments.out.as_deref())?;
    if let Some(out) = &arguments.out {
        refuse_inside(out, &arguments.folder, &class)?;
        // Before the work, not after it.
        store::prepare(out).map_err(|error| unwritable(out, &error))?;
    }
    let assignment = open(&arguments.common)?;
    arguments.fill.check(&assignment.plan.assignment)?;
    let jobs = arguments.jobs.map_or_else(usual_jobs, usize::from);
    let misconceptions = match &assignment.origin {
        Some(origin) => {
            grade_reference(&assignment, origin).map_err(|failed| reference_failure(&assignment, &failed.graded))?;
            let learnt = Misconceptions::learn(&assignment, origin, jobs);
            learnt.map_err(|error| Failure::Usage(format!("error: {error}")))?
        }
        None => None,
    };
    let bench = Bench {
        misconceptions: misconceptions.as_ref(),
        ..Bench::of(&assignment)
    };
    let mut run = open_run(arguments, &assignment, &class)?;
    keep_book(
        &mut run,
        &assignment,
        &class,
        everyone,
        arguments.adjustments.as_deref(),
    )?;
    let ids = ids(arguments, bench, &class, &run)?;
    grade_class(arguments, bench, &class, jobs, &mut run)?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    give(arguments, &assignment.plan.assignment, &mut run, &ids)?;
    let rows: Vec<&Row> = ids.iter().filter_map(|id| run.row(id)).collect();
    judge_run(arguments.min_score, &rows)
}

/// What is to be graded, and the ids of all that was handed in.
fn class(arguments: &GradeArguments) -> Result<(Class, BTreeSet<String>), Failure> {
    let mut class = find(arguments).map_err(|error| Failure::Usage(format!("error: {error}")))?;
    let ids = class.submissions.iter().map(|submission| submission.id.clone());
    let everyone: BTreeSet<String> = ids.collect();
    let there: Vec<&str> = everyone.iter().map(String::as_str).collect();
    unknown(&there, arguments.only.iter().chain(arguments.details.iter().flatten()))?;
    if !arguments.only.is_empty() {
        class
            .submissions
            .retain(|submission| arguments.only.contains(&submission.id));
    }
    Ok((class, everyone))
}

/// Writes and prints what comes of a run. What is printed comes last: it may have to say that something was not graded.
fn give(arguments: &GradeArguments, assignment: &str, run: &mut Run, ids: &[&str]) -> Result<(), Failure> {
    if let Some(out) = &arguments.out {
        let ended = run.end(ids).and_then(|()| store::derive(out, run, ids));
        ended.map_err(|error| Failure::NotGraded(format!("error: cannot write the report: {error}")))?;
    }
    let reports = ids.iter().map(|id| run.report(id));
    arguments.fill.fill(assignment, reports)?;
    match &arguments.details {
        Some(names) => print_details(run, &chosen(ids, names)),
        None => arguments.output.show(&mut Shown {
            results: run,
            all: ids,
            chosen: &chosen(ids, &arguments.only),
        }),
    }
}

fn find(arguments: &GradeArguments) -> Result<Class, DiscoverError> {
    let mut class = discover(&arguments.folder)?;
    if let Some(roster) = &arguments.roster {
        class.enrol(roster)?;
    }
    if let Some(submitted) = &arguments.submitted {
        class.date(submitted)?;
    }
    Ok(class)
}

/// Where submissions lie, the next run would take a run folder for one of them.
fn refuse_inside(out: &Path, folder: &Path, class: &Class) -> Result<(), Failure> {
    let is_one = |submission: &Submission| submission.source.as_deref() == Ok(folder);
    let full = |path: &Path| std::path::absolute(path).map(|path| path.components().collect::<PathBuf>());
    let is_inside = matches!((full(out), full(folder)), (Ok(out), Ok(folder)) if out.starts_with(&folder));
    if !is_inside || class.submissions.iter().any(is_one) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "error: {} lies among the submissions, so that the next run would take it for one; name a folder beside {}",
        out.display(),
        folder.display()
    )))
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::Usage(format!("error: cannot write to {}: {error}", folder.display()))
}

fn open_run(arguments: &GradeArguments, assignment: &Assignment, class: &Class) -> Result<Run, Failure> {
    let header = Header::new(&assignment.plan, &assignment.receipt, &class.notes);
    let folder = arguments.out.as_deref().unwrap_or(assignment.scratch.path());
    let run = Run::open(folder, header).map_err(|error| Failure::Usage(format!("error: {error}")))?;
    if let Some(damage) = run.damage() {
        say(&format!("warning: {damage}"));
    }
    Ok(run)
}

/// The submissions that the report is on: those in the folder, or with `--only` all that the run has.
fn ids(arguments: &GradeArguments, bench: Bench<'_>, class: &Class, run: &Run) -> Result<Vec<String>, Failure> {
    let mut ids: Vec<String> = class
        .submissions
        .iter()
        .map(|submission| submission.id.clone())
        .collect();
    let others = |id: &str| !ids.iter().any(|chosen| chosen == id);
    let there: Vec<(&str, bool)> = run.ids(&bench.run_key()).filter(|(id, _)| others(id)).collect();
    if arguments.only.is_empty() {
        if let [(first, _), ..] = there.as_slice() {
            say(&format!(
                "{} of an earlier run, {first} for one, not in {} any more; the journal keeps what they had",
                if there.len() == 1 {
                    "1 submission is".to_owned()
                } else {
                    format!("{} submissions are", there.len())
                },
                arguments.folder.display()
            ));
        }
        return Ok(ids);
    }
    if let Some((id, _)) = there.iter().find(|(_, same)| !same) {
        return Err(Failure::Usage(format!(
            "error: {id} was graded with another spec, contract, reference, compiler or grader, so that one alone cannot be \
             graded beside it; grade all of them, without --only"
        )));
    }
    ids.extend(there.into_iter().map(|(id, _)| id.to_owned()));
    ids.sort();
    Ok(ids)
}

fn grade_class(
    arguments: &GradeArguments,
    bench: Bench<'_>,
    class: &Class,
    jobs: usize,
    run: &mut Run,
) -> Result<(), Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    watch_for_interrupts(&interrupted);
    let known = if arguments.common.fresh {
        Default::default()
    } else {
        run.known()
    };
    let known = |id: &str, key: &str| known.contains(&(id.to_owned(), key.to_owned()));
    let finish = |graded: Graded| Handed {
        built: graded.measured.built,
        passed: graded.measured.passed,
        finished: Finished::new(graded.key.clone(), graded.settled, &report(bench, &graded)),
    };
    let mut progress = Progress::new(class.submissions.len());
    let mut failure = None;
    let mut take = |submission: &Submission, handed: Option<Handed>| {
        let taken = take(run, &mut progress, submission, handed);
        if let Err(error) = taken {
            failure.get_or_insert(error);
        }
        if failure.is_some() || interrupted.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    grade(bench, &class.submissions, jobs, &known, &finish, &mut take);
    let done = progress.end();
    let cache = &bench.assignment.cache;
    cache.trim();
    if let Some(trouble) = cache.trouble() {
        say(&format!(
            "warning: builds and verdicts are not all kept for the next run: {trouble}"
        ));
    }
    let again = match &arguments.out {
        Some(out) => format!(
            "what is graded is in {}; the same command goes on from there",
            out.display()
        ),
        None => "the same command goes on from what is built and checked".to_owned(),
    };
    let count = class.submissions.len();
    match failure {
        Some(error) => Err(Failure::NotGraded(format!(
            "error: stopped after {done} of {count}: {error}\n{again}"
        ))),
        None if done < count => Err(Failure::Interrupted(format!(
            "interrupted after {done} of {count}; {again}"
        ))),
        None => Ok(()),
    }
}

fn report(bench: Bench<'_>, graded: &Graded) -> SubmissionReport {
    let assignment = bench.assignment;
    let matches = bench
        .misconceptions
        .map_or_else(Vec::new, |known| known.matches(&graded.diagnosed));
    let audience = assignment.origin.as_ref().map(|origin| origin.spec.diagnosis());
    let told = audience == Some(Audience::Everyone);
    SubmissionReport::new(
        &assignment.plan,
        graded,
        &diagnoses(&assignment.plan.signature, &matches, told),
    )
}

fn take(
    run: &mut Run,
    progress: &mut Progress,
    submission: &Submission,
    handed: Option<Handed>,
) -> std::io::Result<()> {
    let Some(handed) = handed else {
        progress.unchanged();
        return Ok(());
    };
    run.add(handed.finished?)?;
    if let Some(row) = run.row(&submission.id) {
        progress.finished(row, handed.built, handed.passed);
    }
    Ok(())
}

/// The first Ctrl-C lets what is begun come to its end, the second one does not.
fn watch_for_interrupts(interrupted: &Arc<AtomicBool>) {
    use signal_hook::consts::SIGINT;
    use signal_hook::flag;
    let code = i32::from(Failure::INTERRUPTED);
    // Without these, Ctrl-C ends the grader at once, which loses what is underway and nothing else.
    let _ = flag::register_conditional_shutdown(SIGINT, code, Arc::clone(interrupted));
    let _ = flag::register(SIGINT, Arc::clone(interrupted));
}

pub(super) fn reference_failure(assignment: &Assignment, graded: &Graded) -> Failure {
    let mut report = report(Bench::of(assignment), graded);
    for exercise in &mut report.exercises {
        exercise.checks.retain(|check| check.detail.is_some());
    }
    Failure::Reference(format!(
        "error: the reference does not pass its own spec, so nothing was graded\n\n{}",
        details(&report)
    ))
}

fn judge_run(min_score: Option<f64>, rows: &[&Row]) -> Result<(), Failure> {
    let faults = rows.iter().filter(|row| row.is_fault()).count();
    if faults > 0 {
        return Err(Failure::NotGraded(format!(
            "error: {faults} of {} were not graded",
            plural(rows.len(), "submission")
        )));
    }
    let Some(percent) = min_score else { return Ok(()) };
    let missed = rows.iter().filter_map(|row| {
        let (counts, possible) = (row.points()?, row.score?.possible);
        (counts * 100.0 < percent * possible).then_some(row.id.as_str())
    });
    match missed.collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        missed => Err(Failure::Missed(format!("below {percent} %: {}", missed.join(", ")))),
    }
}

/// One per core, and one that works while another waits for the disk.
pub(super) fn usual_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from) + 1
}

pub(super) fn percentage(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "a percentage is from 0 to 100".to_owned())
}
