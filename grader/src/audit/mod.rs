//! Would the spec catch a wrong solution? Labelled bugs, generated mutants and right variants -> what the checks miss.
//!
//! Takes an assignment; gives an [`Audit`]. Bugs, mutants and variants are submissions and take the same way as one, so that
//! what did not change is not built or run again.

mod matrix;
mod mutant;
mod seeds;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use grader_engine::{Scored, Verdict};
use serde::Serialize;

use crate::assignment::{Assignment, Origin};
use crate::bug::{self, Bug, BugError};
use crate::build::Recipe;
use crate::discover::{Source, Submission};
use crate::grade::{Bench, GradeResult, Graded, LearnError, Misconceptions, beside_reference, grade};
use matrix::Matrix;

/// The share of mutants, in percent, that a spec has to kill.
const MUTANTS_KILLED: usize = 95;

/// What a spec's checks catch, and what they miss.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// The assignment's name.
    pub assignment: String,
    /// The labelled wrong solutions, sorted by id.
    pub bugs: Vec<BugAudit>,
    /// The right solutions that look different, sorted by id.
    pub variants: Vec<VariantAudit>,
    /// The checks that kill no bug, by id.
    pub idle: Vec<String>,
    /// The bugs that answer every check alike, in groups of ids.
    pub alike: Vec<Vec<String>>,
    /// As few checks as can be found that still kill all bugs, by id.
    pub smallest: Vec<String>,
    /// The generated mutants, if the program that makes them is installed.
    pub mutants: Option<MutantsAudit>,
    /// What other seeds came to, if any were asked for.
    pub seeds: Option<SeedsAudit>,
}

/// A labelled wrong solution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BugAudit {
    /// Its id.
    pub id: String,
    /// What is wrong, in a few words.
    pub name: String,
    /// What it earns.
    pub earned: f64,
    /// Of so much.
    pub possible: f64,
    /// The functions that answer differently from the reference's.
    pub broken: Vec<String>,
    /// The checks that it fails.
    pub killed_by: Vec<String>,
    /// The checks among them that call none of these functions.
    pub elsewhere: Vec<String>,
    /// Whether it earns too much.
    pub survives: bool,
}

/// A right solution that looks different.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariantAudit {
    /// Its id.
    pub id: String,
    /// The checks that it fails, which should be none.
    pub failing: Vec<String>,
    /// Why it was not checked, if it was not.
    pub problem: Option<String>,
}

/// All mutants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MutantsAudit {
    /// Those that compile.
    pub viable: usize,
    /// Those of them that fail a check.
    pub killed: usize,
    /// Those that fail none.
    pub survivors: Vec<SurvivorAudit>,
    /// What is explained and does not survive, or is no mutant.
    pub stale: Vec<String>,
}

/// A mutant that fails no check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SurvivorAudit {
    /// What it changes.
    pub mutant: String,
    /// Why that is no worse than the reference, in the instructor's words.
    pub why: Option<String>,
}

/// What other seeds came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SeedsAudit {
    /// How many were tried.
    pub tried: u64,
    /// Right solutions that failed a check: id, check and seed.
    pub false_alarms: Vec<String>,
    /// Bugs that failed none: id and seed.
    pub missed: Vec<String>,
}

/// What an audit is to look at.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// A bug that earns this percentage of the points survives.
    pub threshold: f64,
    /// Whether to look at mutants, if they can be made.
    pub mutants: bool,
    /// How many other seeds to try.
    pub seeds: u64,
    /// How many submissions at once.
    pub jobs: usize,
}

/// Why there is no audit: the instructor's to mend.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A bug cannot be read.
    #[error(transparent)]
    Bug(#[from] BugError),
    /// A bug cannot be asked.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// There is nothing to look at.
    #[error("{0} has no bugs/*.rs; an audit needs wrong solutions to catch")]
    NoBugs(String),
    /// Mutants cannot be made.
    #[error("cargo-mutants: {0}")]
    Mutants(String),
    /// The spec does not fit another seed.
    #[error(transparent)]
    Spec(#[from] grader_engine::spec::SpecErrors),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The grader failed on something.
    #[error("{id} was not graded: {why}")]
    NotGraded {
        /// What.
        id: String,
        /// Why not.
        why: String,
    },
}

impl Audit {
    /// Looks at everything.
    ///
    /// # Errors
    /// When there are no bugs, or one cannot be used.
    pub fn new(assignment: &Assignment, origin: &Origin, scope: Scope) -> Result<Self, AuditError> {
        let bugs = bug::bugs(&origin.reference)?;
        let variants = bug::variants(&origin.reference)?;
        if bugs.is_empty() {
            return Err(AuditError::NoBugs(origin.reference.display().to_string()));
        }
        let recipe = beside_reference(assignment, origin)?;
        let bench = Bench {
            recipe: &recipe,
            ..Bench::of(assignment)
        };
        let below = assignment.scratch.path().join("audit");
        let written = |id: &str, text: &str| bug::submission(id, text, &below);
        let wrong: Vec<Submission> = bugs
            .iter()
            .map(|bug| written(&bug.label.id, &bug.text))
            .collect::<Result<_, _>>()?;
        let right: Vec<Submission> = variants
            .iter()
            .map(|variant| written(&format!("variant-{}", variant.id), &variant.text))
            .collect::<Result<_, _>>()?;
        let known = Misconceptions::of(assignment, origin, &recipe, &bugs, scope.jobs)?;
        let graded = grade_all(bench, &wrong, scope.jobs)?;
        let bug_audits: Vec<BugAudit> = (0..bugs.len())
            .map(|index| audit_bug(assignment, &bugs[index], &known, index, &graded[index], scope.threshold))
            .collect::<Result<_, _>>()?;
        let matrix = matrix(assignment, &graded);
        let id = |check: usize| assignment.plan.full_id(check);
        let seeds = match scope.seeds {
            0 => None,
            count => Some(seeds::audit(bench, origin, &wrong, &right, count, scope.jobs)?),
        };
        Ok(Self {
            assignment: assignment.plan.assignment.clone(),
            variants: grade_all(bench, &right, scope.jobs)?
                .iter()
                .map(|graded| audit_variant(assignment, graded))
                .collect(),
            idle: matrix.idle().into_iter().map(id).collect(),
            alike: alike(&bugs, &known),
            smallest: matrix.smallest().into_iter().map(id).collect(),
            mutants: if scope.mutants {
                audit_mutants(assignment, origin, scope.jobs)?
            } else {
                None
            },
            seeds,
            bugs: bug_audits,
        })
    }

    /// Whether there is nothing to mend.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let bugs = self.bugs.iter().all(|bug| !bug.survives && bug.elsewhere.is_empty());
        let variants = self.variants.iter().all(VariantAudit::passes);
        let mutants = self.mutants.as_ref().is_none_or(MutantsAudit::is_clean);
        let seeds = self.seeds.as_ref();
        bugs && variants
            && mutants
            && seeds.is_none_or(|seeds| seeds.false_alarms.is_empty() && seeds.missed.is_empty())
    }
}

impl VariantAudit {
    /// Whether it earns everything.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.failing.is_empty() && self.problem.is_none()
    }
}

impl MutantsAudit {
    /// Whether enough are killed, and all that are not are explained.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let enough = self.killed * 100 >= self.viable * MUTANTS_KILLED;
        enough && self.stale.is_empty() && self.survivors.iter().all(|survivor| survivor.why.is_some())
    }
}

/// In the order of the submissions.
fn grade_all(bench: Bench<'_>, submissions: &[Submission], jobs: usize) -> Result<Vec<Graded>, AuditError> {
    let mut by_id = BTreeMap::new();
    grade(
        bench,
        submissions,
        jobs,
        &|_, _| false,
        &|graded| graded,
        &mut |_, graded| {
            by_id.extend(graded.map(|graded| (graded.id.clone(), graded)));
            ControlFlow::Continue(())
        },
    );
    let take = |submission: &Submission| match by_id.remove(&submission.id) {
        Some(graded) => match &graded.result {
            GradeResult::NotGraded(why) => not_graded(&graded.id, why),
            GradeResult::Graded(_) | GradeResult::BuildFailed { .. } | GradeResult::Unusable(_) => Ok(graded),
        },
        None => not_graded(&submission.id, "there is no result"),
    };
    submissions.iter().map(take).collect()
}

fn not_graded<T>(id: &str, why: &str) -> Result<T, AuditError> {
    Err(AuditError::NotGraded {
        id: id.to_owned(),
        why: why.to_owned(),
    })
}

fn scored(graded: &Graded) -> Option<&Scored> {
    match &graded.result {
        GradeResult::Graded(scored) => Some(scored),
        GradeResult::BuildFailed { .. } | GradeResult::Unusable(_) | GradeResult::NotGraded(_) => None,
    }
}

/// The checks that a solution fails by itself, not for want of another.
fn failing(graded: &Graded) -> Vec<usize> {
    let checks = scored(graded).map_or(&[][..], |scored| &scored.checks);
    let failing = checks
        .iter()
        .enumerate()
        .filter(|(_, (judged, _))| match judged.verdict {
            Verdict::Fail { .. } | Verdict::Error { .. } => true,
            Verdict::Pass | Verdict::Skipped { .. } | Verdict::NotGraded { .. } => false,
        });
    failing.map(|(check, _)| check).collect()
}

/// In groups; a bug that answers like no other is in none.
fn alike(bugs: &[Bug], known: &Misconceptions) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for bug in 0..bugs.len() {
        match groups.iter_mut().find(|group| known.is_same(group[0], bug)) {
            Some(group) => group.push(bug),
            None => groups.push(vec![bug]),
        }
    }
    let groups = groups.into_iter().filter(|group| group.len() > 1);
    let id = |bug: usize| bugs[bug].label.id.clone();
    groups.map(|group| group.into_iter().map(id).collect()).collect()
}

fn matrix(assignment: &Assignment, graded: &[Graded]) -> Matrix {
    Matrix::new(assignment.plan.checks.len(), graded.iter().map(failing).collect())
}

fn audit_bug(
    assignment: &Assignment,
    bug: &Bug,
    known: &Misconceptions,
    index: usize,
    graded: &Graded,
    threshold: f64,
) -> Result<BugAudit, AuditError> {
    let Some(scored) = scored(graded) else {
        return not_graded(&graded.id, "it does not compile");
    };
    let plan = &assignment.plan;
    let broken = known.broken(index);
    let killed_by = failing(graded);
    let elsewhere = killed_by.iter().filter(|check| {
        let functions = plan.checks[**check].rule.student_functions();
        !functions.iter().any(|function| broken.contains(function))
    });
    let (earned, possible) = (scored.total.earned.as_f64(), scored.total.possible.as_f64());
    let name = |function: u32| plan.signature.functions[function as usize].name.clone();
    Ok(BugAudit {
        id: bug.label.id.clone(),
        name: bug.label.name.clone(),
        earned,
        possible,
        elsewhere: elsewhere.map(|check| plan.full_id(*check)).collect(),
        killed_by: killed_by.iter().map(|check| plan.full_id(*check)).collect(),
        broken: broken.into_iter().map(name).collect(),
        survives: killed_by.is_empty() || earned * 100.0 >= possible * threshold,
    })
}

fn audit_variant(assignment: &Assignment, graded: &Graded) -> VariantAudit {
    let problem = match &graded.result {
        GradeResult::Graded(_) => None,
        GradeResult::BuildFailed { why, .. } | GradeResult::Unusable(why) | GradeResult::NotGraded(why) => {
            Some(why.clone())
        }
    };
    VariantAudit {
        id: graded.id.trim_start_matches("variant-").to_owned(),
        failing: failing(graded)
            .into_iter()
            .map(|check| assignment.plan.full_id(check))
            .collect(),
        problem,
    }
}

fn audit_mutants(assignment: &Assignment, origin: &Origin, jobs: usize) -> Result<Option<MutantsAudit>, AuditError> {
    let Some(mutants) = mutant::list(&origin.reference)? else {
        return Ok(None);
    };
    let unreadable = |problem: crate::discover::Problem| AuditError::Mutants(problem.to_string());
    let reference = Source::read(&origin.reference).map_err(unreadable)?;
    let below = assignment.scratch.path().join("mutants");
    let submissions: Vec<Submission> = mutants
        .iter()
        .enumerate()
        .map(|(number, mutant)| mutant.submission(&format!("mutant-{number}"), &reference, &below))
        .collect::<Result<_, _>>()?;
    let graded = grade_all(Bench::of(assignment), &submissions, jobs)?;
    let mut explanations = mutant::explanations(&origin.reference)?;
    let mut audit = MutantsAudit {
        viable: 0,
        killed: 0,
        survivors: Vec::new(),
        stale: Vec::new(),
    };
    for (name, graded) in mutant::names(&mutants).into_iter().zip(&graded) {
        if scored(graded).is_none() {
            continue;
        }
        audit.viable += 1;
        if failing(graded).is_empty() {
            let why = explanations.remove(&name);
            audit.survivors.push(SurvivorAudit { mutant: name, why });
        } else {
            audit.killed += 1;
        }
    }
    audit.stale = explanations.into_keys().collect();
    Ok(Some(audit))
}

/// The recipe of a bench, to build what is asked again and again.
fn artifact(bench: Bench<'_>, recipe: &Recipe, submission: &Submission) -> Result<std::path::PathBuf, AuditError> {
    let bench = Bench { recipe, ..bench };
    let Ok(folder) = &submission.source else {
        return not_graded(&submission.id, "it has no source");
    };
    Ok(crate::grade::artifact(bench, folder, &submission.id)?)
}
