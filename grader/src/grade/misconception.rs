//! What labelled wrong solutions answer, so that a submission which answers the same can be told what it is.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use grader_engine::spec::Audience;
use grader_engine::{Diagnosed, Known, Phase, Recording};

use super::listen::{Listener, Questions};
use super::parallel::in_parallel;
use super::{Bench, hash};
use crate::assignment::{Assignment, Origin};
use crate::bug::{self, Bug, BugError, Label};
use crate::build::{BesideError, CompileError, Recipe};
use crate::cache::Kind;
use crate::discover::Source;

/// The labelled wrong solutions of an assignment and their answers.
#[derive(Debug)]
pub struct Misconceptions {
    labels: Vec<Label>,
    key: String,
    known: [Known; 2],
}

/// Why it is not known what a labelled wrong solution answers.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// It does not compile.
    #[error("reference/bugs/{id}.rs does not compile:\n{rendered}")]
    Rejected {
        /// Its id.
        id: String,
        /// What the compiler says.
        rendered: String,
    },
    /// The compiler cannot work.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The reference cannot be used by others.
    #[error("the reference cannot be built on: {0}")]
    Reference(#[from] BesideError),
    /// A bug's head is wrong.
    #[error(transparent)]
    Bug(#[from] BugError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

/// A wrong solution whose answers a submission gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'a> {
    /// The function.
    pub function: u32,
    /// Which one it is.
    pub label: &'a Label,
    /// Whether it is so in the checks that students see.
    pub open: bool,
    /// Whether it is so in all checks.
    pub everywhere: bool,
}

impl Misconceptions {
    /// Finds out what the labelled wrong solutions answer to the assignment's checks, unless that is kept. Nothing when there
    /// are none, or nobody is to be told.
    ///
    /// # Errors
    /// When one does not compile.
    pub fn learn(assignment: &Assignment, origin: &Origin, jobs: usize) -> Result<Option<Self>, LearnError> {
        let mut bugs = match origin.spec.diagnosis() {
            Audience::Everyone | Audience::Instructor => bug::bugs(&origin.reference)?,
            Audience::Off => Vec::new(),
        };
        bugs.retain(|bug| bug.label.told);
        if bugs.is_empty() {
            return Ok(None);
        }
        let recipe = beside_reference(assignment, origin)?;
        Self::of(assignment, origin, &recipe, &bugs, jobs).map(Some)
    }

    /// What these answer.
    ///
    /// # Errors
    /// When one does not compile.
    pub fn of(
        assignment: &Assignment,
        origin: &Origin,
        recipe: &Recipe,
        bugs: &[Bug],
        jobs: usize,
    ) -> Result<Self, LearnError> {
        let texts: Vec<u8> = bugs
            .iter()
            .flat_map(|bug| format!("{:?} {}", bug.label, bug.text).into_bytes())
            .collect();
        let texts = blake3::hash(&texts).to_hex().to_string();
        let phases = Phase::BOTH.map(|phase| assignment.keys.phase(phase).to_owned());
        let key = hash(&[&phases[0], &phases[1], recipe.key(), &texts]);
        let known = |phase: Phase| -> Result<Known, LearnError> {
            let key = hash(&[assignment.keys.phase(phase), recipe.key(), &texts]);
            if let Some(known) = assignment.cache.get(Kind::Answers, &key) {
                return Ok(known);
            }
            let known = ask(assignment, origin, recipe, bugs, phase, jobs)?;
            assignment.cache.put(Kind::Answers, &key, &known);
            Ok(known)
        };
        let [open, hidden] = Phase::BOTH.map(known);
        let known = [open?, hidden?];
        Ok(Self {
            labels: bugs.iter().map(|bug| bug.label.clone()).collect(),
            key,
            known,
        })
    }

    /// The hash of all that a diagnosis depends on, but for the submission.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The labels, in the order of the bugs.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The functions that a bug breaks, by their numbers.
    #[must_use]
    pub fn broken(&self, bug: usize) -> BTreeSet<u32> {
        self.known.iter().flat_map(|known| known.broken(bug)).collect()
    }

    /// Whether two bugs answer everything alike.
    #[must_use]
    pub fn is_same(&self, one: usize, other: usize) -> bool {
        self.known.iter().all(|known| known.is_same(one, other))
    }

    pub(super) fn diagnose(&self, phase: Phase, recording: &Recording) -> Vec<Diagnosed> {
        self.known[phase as usize].diagnose(recording)
    }

    /// What the diagnoses of both phases come to, by function.
    #[must_use]
    pub fn matches(&self, diagnosed: &[(Phase, Vec<Diagnosed>)]) -> Vec<Match<'_>> {
        let of = |phase: Phase| {
            let found = diagnosed.iter().find(|(other, _)| *other == phase);
            found.map_or(&[][..], |(_, diagnosed)| diagnosed)
        };
        let functions: BTreeSet<u32> = diagnosed
            .iter()
            .flat_map(|(_, all)| all)
            .map(|one| one.function)
            .collect();
        let mut matches = Vec::new();
        for function in functions {
            for (bug, label) in self.labels.iter().enumerate() {
                let named = |phase: Phase| {
                    let one = of(phase).iter().find(|one| one.function == function);
                    one.map(|one| one.wrong.contains(&bug))
                };
                // Where the function is right, it is no solution that is wrong there.
                let agrees = |phase: Phase| {
                    named(phase).unwrap_or_else(|| !self.known[phase as usize].broken(bug).contains(&function))
                };
                let open = named(Phase::Open) == Some(true);
                let everywhere = agrees(Phase::Open) && agrees(Phase::Hidden);
                if open || (everywhere && named(Phase::Hidden) == Some(true)) {
                    matches.push(Match {
                        function,
                        label,
                        open,
                        everywhere,
                    });
                }
            }
        }
        matches
    }
}

/// The recipe for sources that have the reference at hand.
///
/// # Errors
/// When the reference is no library.
pub fn beside_reference(assignment: &Assignment, origin: &Origin) -> Result<Recipe, LearnError> {
    let source = Source::read(&origin.reference).map_err(|problem| BesideError::Rejected(problem.to_string()))?;
    let folder = assignment.scratch.path().join("beside");
    Ok(assignment
        .recipe
        .beside("reference", &source, &folder, &assignment.cache)?)
}

/// The answers of the reference and of all bugs in one phase.
fn ask(
    assignment: &Assignment,
    origin: &Origin,
    recipe: &Recipe,
    bugs: &[Bug],
    phase: Phase,
    jobs: usize,
) -> Result<Known, LearnError> {
    let below = assignment.scratch.path().join("bugs");
    let mut answers: Vec<Option<Recording>> = vec![None; bugs.len()];
    let mut failure = None;
    let make = |_, bug: &Bug| {
        let submission = bug::submission(&bug.label.id, &bug.text, &below)?;
        let folder = submission.source.expect("it was written just now");
        let artifact = artifact(
            Bench {
                recipe,
                ..Bench::of(assignment)
            },
            &folder,
            &bug.label.id,
        )?;
        Ok(record(assignment, &artifact, phase))
    };
    in_parallel(
        bugs,
        jobs,
        &make,
        &mut |index, made: Result<_, LearnError>| match made {
            Ok(recording) => {
                answers[index] = Some(recording);
                ControlFlow::Continue(())
            }
            Err(error) => {
                failure.get_or_insert(error);
                ControlFlow::Break(())
            }
        },
    );
    if let Some(failure) = failure {
        return Err(failure);
    }
    let reference = artifact(Bench::of(assignment), &origin.reference, "reference")?;
    let right = record(assignment, &reference, phase);
    let wrong: Vec<Recording> = answers.into_iter().flatten().collect();
    Ok(Known::new(right, &wrong))
}

/// The artifact of the crate in a folder.
pub(crate) fn artifact(bench: Bench<'_>, folder: &std::path::Path, id: &str) -> Result<PathBuf, LearnError> {
    let rejected = |rendered| LearnError::Rejected {
        id: id.to_owned(),
        rendered,
    };
    let source = Source::read(folder).map_err(|problem| rejected(problem.to_string()))?;
    let scratch = bench.assignment.scratch.path().join("asked").join(id);
    let built = bench.recipe.build(&source, &scratch, &bench.assignment.cache)?;
    built.compiled.artifact().map_err(rejected)
}

fn record(assignment: &Assignment, artifact: &std::path::Path, phase: Phase) -> Recording {
    let heard = Questions::of(assignment).put(phase, artifact, Listener::recording());
    heard.listener.recording_of_all()
}
