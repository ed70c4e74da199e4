//! Hidden checks whose answers students can see in others.

use std::collections::HashSet;

use grader_engine::{Call, Caller, Degenerate, Outcome, judge};

use super::{Finding, is_hidden, of_check};
use crate::assignment::Assignment;

pub(super) fn findings(assignment: &Assignment) -> Vec<Finding> {
    let checks = 0..assignment.plan.checks.len();
    let (hidden, open): (Vec<usize>, Vec<usize>) = checks.partition(|check| is_hidden(assignment, *check));
    let seen: HashSet<Call> = open.iter().flat_map(|check| calls(assignment, *check)).collect();
    let shown = |check: &&usize| {
        let calls = calls(assignment, **check);
        !calls.is_empty() && calls.iter().all(|call| seen.contains(call))
    };
    let message =
        "all that it asks is asked by checks that students see, so that their answers pass; ask something else";
    hidden
        .iter()
        .filter(shown)
        .map(|check| of_check(assignment, *check, message))
        .collect()
}

/// What a check asks a solution, as far as it does not depend on the answers.
fn calls(assignment: &Assignment, check: usize) -> HashSet<Call> {
    let plan = &assignment.plan;
    let mut noting = Noting {
        answering: Degenerate::Zeros.answering(&plan.signature),
        calls: HashSet::new(),
    };
    judge(plan, &[check], &assignment.answers, &mut noting);
    noting.calls
}

struct Noting<A> {
    answering: A,
    calls: HashSet<Call>,
}

impl<A: Caller> Caller for Noting<A> {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        self.calls.extend(calls.iter().cloned());
        self.answering.answer(calls)
    }
}
