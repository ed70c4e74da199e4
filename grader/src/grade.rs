//! The conductor: the reference first, then the submissions in parallel.
//!
//! Takes an assignment and a class; gives one result per submission, in their order, and tells an observer as they finish.
//! What a submission does never ends the run, and what we do wrong is never held against a submission.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use fs_err as fs;
use grader_engine::{Judged, Phase, Scored, judge, score};

use crate::assignment::{Assignment, hash_tree};
use crate::build::{Compiled, Diagnostic};
use crate::discover::{CopyError, Submission, copy_source};
use crate::sandbox::Usage;
use crate::session::Session;

/// What became of one submission.
#[derive(Debug)]
pub struct Graded {
    /// The submission's id.
    pub id: String,
    /// What is odd about its folder.
    pub notes: Vec<String>,
    /// The hash of its source; empty when that could not be read.
    pub source: String,
    /// What became of it.
    pub result: GradeResult,
    /// What it printed in the first worker; students may see it.
    pub output: String,
    /// What it used.
    pub measured: Measured,
}

/// What became of one submission.
#[derive(Debug)]
pub enum GradeResult {
    /// It was checked.
    Graded(Box<Scored>),
    /// It does not compile, or not to a solution.
    BuildFailed {
        /// Why, in one line.
        why: String,
        /// What the compiler said.
        diagnostics: Vec<Diagnostic>,
    },
    /// There is nothing in its folder that could be compiled.
    Unusable(String),
    /// The grader failed.
    NotGraded(String),
}

/// What a submission used. Differs from run to run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measured {
    /// All workers together.
    pub usage: Usage,
    /// How many workers there were.
    pub workers: u32,
}

impl Graded {
    fn new(submission: &Submission, result: GradeResult) -> Self {
        Self {
            id: submission.id.clone(),
            notes: submission.notes.clone(),
            source: String::new(),
            result,
            output: String::new(),
            measured: Measured::default(),
        }
    }
}

/// Why grading did not begin.
#[derive(Debug)]
pub struct ReferenceFails {
    /// What became of the reference.
    pub graded: Graded,
}

/// Grades the reference like a submission: it must pass every check.
///
/// # Errors
/// When it does not.
pub fn grade_reference(assignment: &Assignment) -> Result<Graded, Box<ReferenceFails>> {
    let submission = Submission {
        id: "reference".to_owned(),
        source: Ok(assignment.reference.clone()),
        notes: Vec::new(),
    };
    let graded = grade_surely(assignment, &submission, "the-reference");
    let passes = match &graded.result {
        GradeResult::Graded(scored) => scored.checks.iter().all(|(judged, _)| judged.verdict.is_pass()),
        GradeResult::BuildFailed { .. } | GradeResult::Unusable(_) | GradeResult::NotGraded(_) => false,
    };
    if passes {
        Ok(graded)
    } else {
        Err(Box::new(ReferenceFails { graded }))
    }
}

/// Grades submissions on `jobs` threads. The observer hears of each as it finishes, in any order.
pub fn grade(
    assignment: &Assignment,
    submissions: &[Submission],
    jobs: usize,
    observe: &mut dyn FnMut(&Graded),
) -> Vec<Graded> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = channel();
    let mut graded: Vec<Option<Graded>> = submissions.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        // A worker dies with the thread that started it, and these threads live as long as there is work.
        for _ in 0..jobs.clamp(1, submissions.len().max(1)) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some((index, submission)) = take(submissions, next) {
                    let graded = grade_surely(assignment, submission, &index.to_string());
                    if sender.send((index, graded)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (index, one) in receiver {
            observe(&one);
            graded[index] = Some(one);
        }
    });
    graded.into_iter().flatten().collect()
}

fn take<'a>(submissions: &'a [Submission], next: &AtomicUsize) -> Option<(usize, &'a Submission)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    submissions.get(index).map(|submission| (index, submission))
}

/// Grades one submission. A panic of ours is that submission's *not graded*, and nobody else's.
fn grade_surely(assignment: &Assignment, submission: &Submission, folder: &str) -> Graded {
    let graded = catch_unwind(AssertUnwindSafe(|| grade_one(assignment, submission, folder)));
    graded.unwrap_or_else(|_| Graded::new(submission, GradeResult::NotGraded("the grader panicked".to_owned())))
}

fn grade_one(assignment: &Assignment, submission: &Submission, folder: &str) -> Graded {
    let mut graded = Graded::new(submission, GradeResult::NotGraded("it was not looked at".to_owned()));
    let scratch = assignment.scratch.path().join(folder);
    graded.result = match &submission.source {
        Err(problem) => GradeResult::Unusable(problem.to_string()),
        Ok(source) => match build(assignment, source, &scratch, &mut graded) {
            Ok(artifact) => check(assignment, &artifact, &mut graded),
            Err(result) => result,
        },
    };
    // A scratch folder that stays behind goes with the run's.
    let _ = fs::remove_dir_all(&scratch);
    graded
}

fn build(assignment: &Assignment, source: &Path, scratch: &Path, graded: &mut Graded) -> Result<PathBuf, GradeResult> {
    let fault = |error: &dyn std::fmt::Display| GradeResult::NotGraded(error.to_string());
    let out = scratch.join("out");
    fs::create_dir_all(&out).map_err(|error| fault(&error))?;
    copy_source(source, scratch).map_err(|error| match error {
        CopyError::Unusable(problem) => GradeResult::Unusable(problem.to_string()),
        CopyError::Write(..) => fault(&error),
    })?;
    graded.source = hash_tree(&scratch.join("src")).map_err(|error| fault(&error))?;
    match assignment
        .recipe
        .compile(scratch, &out)
        .map_err(|error| fault(&error))?
    {
        Compiled::Artifact { path, .. } => Ok(path),
        Compiled::Rejected(diagnostics) => {
            let why = diagnostics.first().map_or_else(String::new, ToString::to_string);
            Err(GradeResult::BuildFailed { why, diagnostics })
        }
        Compiled::Failed { why } => Err(GradeResult::BuildFailed {
            why,
            diagnostics: Vec::new(),
        }),
    }
}

/// Both phases, each in a session of its own; the second begins when the first has ended.
fn check(assignment: &Assignment, artifact: &Path, graded: &mut Graded) -> GradeResult {
    let plan = &assignment.plan;
    let mut judged: Vec<Option<Judged>> = plan.checks.iter().map(|_| None).collect();
    for phase in [Phase::Open, Phase::Hidden] {
        let checks = plan.phase(phase);
        let mut session = Session::new(artifact, &plan.signature, &assignment.settings);
        let verdicts = judge(plan, &checks, &assignment.answers, &mut session);
        let measured = session.finish();
        checks
            .iter()
            .zip(verdicts)
            .for_each(|(check, verdict)| judged[*check] = Some(verdict));
        if phase == Phase::Open {
            graded.output = measured.output.text();
        }
        add(&mut graded.measured, &measured.usage, measured.workers);
        if let Some(why) = measured.unusable {
            let diagnostics = Vec::new();
            return GradeResult::BuildFailed { why, diagnostics };
        }
    }
    let judged: Option<Vec<Judged>> = judged.into_iter().collect();
    match judged {
        Some(judged) => GradeResult::Graded(Box::new(score(plan, judged))),
        None => GradeResult::NotGraded("a check was not judged".to_owned()),
    }
}

fn add(sum: &mut Measured, usage: &Usage, workers: u32) {
    sum.usage.cpu += usage.cpu;
    sum.usage.wall += usage.wall;
    sum.usage.waited += usage.waited;
    sum.usage.peak_memory = sum.usage.peak_memory.max(usage.peak_memory);
    sum.workers += workers;
}
