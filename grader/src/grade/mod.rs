//! The conductor: the reference first, then the submissions in parallel.
//!
//! Takes an assignment and a class; hands over one result per submission as they finish. What was done before on the same
//! source is not done again. What a submission does never ends the run, and what we do wrong is never held against a
//! submission. Nothing is kept here of a submission that is finished.

mod listen;
mod misconception;
mod parallel;
mod place;

pub use misconception::{LearnError, Match, Misconceptions, beside_reference};
pub use place::Place;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fs_err as fs;
use grader_engine::{Diagnosed, Judged, Phase, Scored, score};
use serde::{Deserialize, Serialize};

use crate::assignment::{Assignment, Origin};
use crate::build::{Compiled, Diagnostic, Recipe};
use crate::cache::Kind;
use crate::discover::{Source, Submission};
use crate::sandbox::Usage;
pub(crate) use listen::{Listener, Questions};
pub(crate) use misconception::artifact;
pub(crate) use parallel::in_parallel;

/// What became of one submission.
#[derive(Debug)]
pub struct Graded {
    /// The submission's id.
    pub id: String,
    /// What is odd about its folder.
    pub notes: Vec<String>,
    /// The hash of its source; empty when that could not be read.
    pub source: String,
    /// The hash of all that the result depends on.
    pub key: String,
    /// Where the source defines the functions of the contract.
    pub places: BTreeMap<String, Place>,
    /// Whether it can be expected to come to the same again.
    pub settled: bool,
    /// What became of it.
    pub result: GradeResult,
    /// What it printed in the first worker; students may see it.
    pub output: String,
    /// Of which functions the answers are known wrong ones, by phase.
    pub diagnosed: Vec<(Phase, Vec<Diagnosed>)>,
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
    /// Whether the compiler ran.
    pub built: bool,
    /// From the first look at it to the last.
    pub passed: Duration,
}

/// What came of the checks of one phase: what is kept for the next time.
#[derive(Debug, Serialize, Deserialize)]
struct Checked {
    judged: Vec<Judged>,
    output: String,
    diagnosed: Vec<Diagnosed>,
}

/// By what submissions are graded.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'a> {
    /// The assignment.
    pub assignment: &'a Assignment,
    /// How they are built.
    pub recipe: &'a Recipe,
    /// The wrong solutions that they may turn out to be.
    pub misconceptions: Option<&'a Misconceptions>,
}

impl<'a> Bench<'a> {
    /// The assignment's own, without a diagnosis.
    #[must_use]
    pub fn of(assignment: &'a Assignment) -> Self {
        Self {
            assignment,
            recipe: &assignment.recipe,
            misconceptions: None,
        }
    }

    /// The hash of all that reports depend on, but for the submission.
    #[must_use]
    pub fn run_key(&self) -> String {
        let bugs = self.misconceptions.map_or("", Misconceptions::key);
        hash(&[&self.assignment.keys.run, self.recipe.key(), bugs])
    }

    fn phase_key(&self, phase: Phase, source: &str) -> String {
        let bugs = self.misconceptions.map_or("", Misconceptions::key);
        hash(&[self.assignment.keys.phase(phase), self.recipe.key(), bugs, source])
    }
}

/// The hash of hashes, each of which has no space in it.
fn hash(parts: &[&str]) -> String {
    blake3::hash(parts.join(" ").as_bytes()).to_hex().to_string()
}

impl Graded {
    fn new(submission: &Submission, source: &Result<Source, String>, run: &str) -> Self {
        let hash = source.as_ref().map(Source::hash);
        let parts = format!("{hash:?} {:?}", submission.notes);
        Self {
            id: submission.id.clone(),
            notes: submission.notes.clone(),
            source: hash.unwrap_or_default(),
            // The run stands in it by itself, so that two results can be seen to be of one run.
            key: format!("{run}:{}", blake3::hash(parts.as_bytes()).to_hex()),
            places: BTreeMap::new(),
            settled: true,
            result: GradeResult::NotGraded("it was not looked at".to_owned()),
            output: String::new(),
            diagnosed: Vec::new(),
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
pub fn grade_reference(assignment: &Assignment, origin: &Origin) -> Result<Graded, Box<ReferenceFails>> {
    let submission = Submission::new("reference", origin.reference.clone());
    let known = |_: &str, _: &str| false;
    let graded = grade_one(Bench::of(assignment), &submission, "the-reference", &known);
    let graded = graded.expect("nothing is known");
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

/// Which results are there already, by a submission's id and key.
pub type Known<'a> = dyn Fn(&str, &str) -> bool + Sync + 'a;

/// Grades submissions on `jobs` threads, but for those whose result is known.
///
/// Each result is `finished` on the thread that it was made on, and then `taken` on this one, in any order; of a known one
/// there is none. Once something is not taken, no further submission is begun.
pub fn grade<T: Send>(
    bench: Bench<'_>,
    submissions: &[Submission],
    jobs: usize,
    known: &Known<'_>,
    finish: &(dyn Fn(Graded) -> T + Sync),
    take: &mut dyn FnMut(&Submission, Option<T>) -> ControlFlow<()>,
) {
    let make = |index: usize, submission| {
        let graded = grade_one(bench, submission, &index.to_string(), known);
        graded.map(finish)
    };
    in_parallel(submissions, jobs, &make, &mut |index, made| {
        take(&submissions[index], made)
    });
}

/// Grades one submission, unless its result is known. A panic of ours is that submission's *not graded*, and nobody else's.
fn grade_one(bench: Bench<'_>, submission: &Submission, folder: &str, known: &Known<'_>) -> Option<Graded> {
    let begun = Instant::now();
    let read = |folder: &PathBuf| Source::read(folder).map_err(|problem| problem.to_string());
    let source = match &submission.source {
        Ok(folder) => read(folder),
        Err(problem) => Err(problem.to_string()),
    };
    let mut graded = Graded::new(submission, &source, &bench.run_key());
    if known(&graded.id, &graded.key) {
        return None;
    }
    if let Ok(source) = &source {
        graded.places = place::places(source, &bench.assignment.plan.signature);
    }
    let scratch = bench.assignment.scratch.path().join(folder);
    let result = catch_unwind(AssertUnwindSafe(|| match &source {
        Err(problem) => GradeResult::Unusable(problem.clone()),
        Ok(source) => check_all(bench, source, &scratch, &mut graded),
    }));
    graded.result = result.unwrap_or_else(|_| fault("the grader panicked"));
    // A scratch folder that stays behind goes with the run's.
    let _ = fs::remove_dir_all(&scratch);
    graded.measured.passed = begun.elapsed();
    Some(graded)
}

fn fault(why: impl ToString) -> GradeResult {
    GradeResult::NotGraded(why.to_string())
}

/// Both phases; the second begins when the first has ended.
fn check_all(bench: Bench<'_>, source: &Source, scratch: &Path, graded: &mut Graded) -> GradeResult {
    let plan = &bench.assignment.plan;
    let mut artifact = None;
    let mut judged: Vec<Option<Judged>> = plan.checks.iter().map(|_| None).collect();
    for phase in Phase::BOTH {
        let key = bench.phase_key(phase, &graded.source);
        let checked = match bench.assignment.cache.get(Kind::Verdicts, &key) {
            Some(checked) => checked,
            None => {
                if artifact.is_none() {
                    match build(bench, source, scratch, graded) {
                        Ok(path) => artifact = Some(path),
                        Err(result) => return result,
                    }
                }
                let artifact = artifact.as_deref().expect("it was built above");
                match check(bench, phase, artifact, &key, graded) {
                    Ok(checked) => checked,
                    Err(result) => return result,
                }
            }
        };
        for (check, verdict) in plan.phase(phase).into_iter().zip(checked.judged) {
            judged[check] = Some(verdict);
        }
        graded.diagnosed.push((phase, checked.diagnosed));
        graded.output.push_str(&checked.output);
    }
    let judged: Option<Vec<Judged>> = judged.into_iter().collect();
    match judged {
        Some(judged) => GradeResult::Graded(Box::new(score(plan, judged))),
        None => fault("a check was not judged"),
    }
}

fn build(bench: Bench<'_>, source: &Source, scratch: &Path, graded: &mut Graded) -> Result<PathBuf, GradeResult> {
    let built = bench
        .recipe
        .build(source, scratch, &bench.assignment.cache)
        .map_err(fault)?;
    graded.measured.built = built.anew;
    match built.compiled {
        Compiled::Artifact { path, .. } => Ok(path),
        Compiled::Rejected(diagnostics) => {
            let why = diagnostics.first().map_or_else(String::new, ToString::to_string);
            Err(GradeResult::BuildFailed { why, diagnostics })
        }
        Compiled::Failed { why } => {
            graded.settled = false;
            Err(GradeResult::BuildFailed {
                why,
                diagnostics: Vec::new(),
            })
        }
    }
}

/// One phase, in a session of its own. What came of it is kept if it can be expected to come again.
fn check(
    bench: Bench<'_>,
    phase: Phase,
    artifact: &Path,
    key: &str,
    graded: &mut Graded,
) -> Result<Checked, GradeResult> {
    let assignment = bench.assignment;
    let listener = if bench.misconceptions.is_some() {
        Listener::recording()
    } else {
        Listener::default()
    };
    let heard = Questions::of(assignment).put(phase, artifact, listener);
    add(&mut graded.measured, &heard.measured.usage, heard.measured.workers);
    if let Some(why) = heard.measured.unusable {
        let diagnostics = Vec::new();
        return Err(GradeResult::BuildFailed { why, diagnostics });
    }
    let failed = heard.judged.iter().any(|judged| !judged.verdict.is_pass());
    let diagnosed = match bench.misconceptions {
        Some(misconceptions) if failed => misconceptions.diagnose(phase, &heard.listener.recording_of_all()),
        Some(_) | None => Vec::new(),
    };
    let checked = Checked {
        judged: heard.judged,
        output: match phase {
            Phase::Open => heard.measured.output.text(),
            // Nobody may see it.
            Phase::Hidden => String::new(),
        },
        diagnosed,
    };
    if heard.listener.settled && !checked.judged.iter().any(|judged| judged.verdict.is_not_graded()) {
        assignment.cache.put(Kind::Verdicts, key, &checked);
    } else {
        graded.settled = false;
    }
    Ok(checked)
}

fn add(sum: &mut Measured, usage: &Usage, workers: u32) {
    sum.usage.cpu += usage.cpu;
    sum.usage.wall += usage.wall;
    sum.usage.waited += usage.waited;
    sum.usage.peak_memory = sum.usage.peak_memory.max(usage.peak_memory);
    sum.workers += workers;
}
