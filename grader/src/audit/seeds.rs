//! Other seeds: right solutions have to pass on all of them, and wrong ones to be caught on each.

use std::ops::ControlFlow;
use std::path::PathBuf;

use grader_engine::{Phase, Plan, ReferenceAnswers};

use super::{AuditError, SeedsAudit, artifact};
use crate::assignment::{Openings, Origin, ask};
use crate::discover::Submission;
use crate::grade::{Bench, Listener, Questions, in_parallel};

/// A solution to ask again and again.
struct Asked<'a> {
    id: &'a str,
    artifact: PathBuf,
    is_right: bool,
}

/// Asks the reference, the right ones and the wrong ones on so many seeds.
pub(super) fn audit(
    bench: Bench<'_>,
    origin: &Origin,
    wrong: &[Submission],
    right: &[Submission],
    count: u64,
    jobs: usize,
) -> Result<SeedsAudit, AuditError> {
    let asked = |is_right: bool| {
        move |submission| {
            Ok::<_, AuditError>(Asked {
                id: submission_id(submission),
                artifact: artifact(bench, bench.recipe, submission)?,
                is_right,
            })
        }
    };
    let mut solutions: Vec<Asked<'_>> = wrong.iter().map(asked(false)).collect::<Result<_, _>>()?;
    for submission in right {
        solutions.push(asked(true)(submission)?);
    }
    let mut audit = SeedsAudit {
        tried: count,
        ..SeedsAudit::default()
    };
    for seed in 1..=count {
        one(bench, origin, &solutions, seed, jobs, &mut audit)?;
    }
    Ok(audit)
}

fn submission_id(submission: &Submission) -> &str {
    &submission.id
}

fn one(
    bench: Bench<'_>,
    origin: &Origin,
    solutions: &[Asked<'_>],
    seed: u64,
    jobs: usize,
    audit: &mut SeedsAudit,
) -> Result<(), AuditError> {
    let assignment = bench.assignment;
    // The two seeds must not be alike for any of those that are tried.
    let spec = origin.spec.with_seeds(seed, u64::MAX - seed);
    let plan = spec.plan(&assignment.plan.signature)?;
    let answers = ask(&plan, &origin.artifact, &assignment.settings);
    let make = |_, solution: &Asked<'_>| failing(bench, &plan, &answers, solution);
    in_parallel(solutions, jobs, &make, &mut |index, failing: Vec<usize>| {
        let solution = &solutions[index];
        match (solution.is_right, failing.as_slice()) {
            (true, failing) => {
                let alarm = |check: &usize| format!("{} fails {} on seed {seed}", solution.id, plan.full_id(*check));
                audit.false_alarms.extend(failing.iter().map(alarm));
            }
            (false, []) => audit.missed.push(format!("{} on seed {seed}", solution.id)),
            (false, _) => {}
        }
        ControlFlow::Continue(())
    });
    audit.false_alarms.sort();
    audit.missed.sort();
    Ok(())
}

/// The checks that a solution does not pass.
fn failing(bench: Bench<'_>, plan: &Plan, answers: &ReferenceAnswers, solution: &Asked<'_>) -> Vec<usize> {
    let questions = Questions {
        plan,
        answers,
        settings: &bench.assignment.settings,
        openings: &Openings::default(),
    };
    let failing = Phase::BOTH.into_iter().flat_map(|phase| {
        let judged = questions.put(phase, &solution.artifact, Listener::default()).judged;
        let failing = plan.phase(phase).into_iter().zip(judged);
        failing
            .filter(|(_, judged)| !judged.verdict.is_pass())
            .map(|(check, _)| check)
            .collect::<Vec<_>>()
    });
    failing.collect()
}
