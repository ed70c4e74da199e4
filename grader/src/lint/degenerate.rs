//! What solutions that know nothing earn, and which checks none of them fails.

use grader_engine::{Degenerate, Judged, judge, score};

use super::{Finding, of_check};
use crate::assignment::Assignment;

/// The percentage of the points that a solution may earn that knows nothing.
const MOST: f64 = 10.0;

/// How many of the checks that give points away are named.
const NAMED: usize = 5;

pub(super) fn findings(assignment: &Assignment) -> Vec<Finding> {
    let plan = &assignment.plan;
    let all: Vec<usize> = (0..plan.checks.len()).collect();
    let verdicts = Degenerate::ALL.map(|degenerate| {
        let mut answering = degenerate.answering(&plan.signature);
        judge(plan, &all, &assignment.answers, &mut answering)
    });
    let mut findings: Vec<Finding> = all
        .iter()
        .filter(|check| verdicts.iter().all(|judged| judged[**check].verdict.is_pass()))
        .map(|check| {
            of_check(
                assignment,
                *check,
                "no solution can fail this; it says nothing about what a function answers",
            )
        })
        .collect();
    for (degenerate, judged) in Degenerate::ALL.into_iter().zip(verdicts) {
        findings.extend(gives_away(assignment, degenerate, judged));
    }
    findings
}

fn gives_away(assignment: &Assignment, degenerate: Degenerate, judged: Vec<Judged>) -> Option<Finding> {
    let plan = &assignment.plan;
    let scored = score(plan, judged);
    let (earned, possible) = (scored.total.earned.as_f64(), scored.total.possible.as_f64());
    if earned * 100.0 < possible * MOST {
        return None;
    }
    let passing = scored
        .checks
        .iter()
        .enumerate()
        .filter(|(_, (judged, _))| judged.verdict.is_pass());
    let mut passing: Vec<String> = passing.map(|(check, _)| plan.full_id(check)).collect();
    let more = passing.len().saturating_sub(NAMED);
    passing.truncate(NAMED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Some(Finding {
        check: None,
        message: format!(
            "a solution that {} earns {}, by {}{more}; look at values of these functions, or make the checks require one",
            degenerate.words(),
            scored.total,
            passing.join(", ")
        ),
    })
}
