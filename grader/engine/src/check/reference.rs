//! What the reference answers: asked once per run, or read from what a handout contains.

use std::collections::BTreeMap;

use super::case::Case;
use super::wave::{Answers, Place, Wave, put};
use crate::expression::Whose;
use crate::outcome::{Caller, Outcome};
use crate::plan::Plan;

/// What the reference answers to each of its calls: by check, case and site. Asked once per run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReferenceAnswers {
    /// By check of the plan; empty for checks that were not asked.
    pub(crate) checks: BTreeMap<usize, Vec<Answers>>,
}

impl ReferenceAnswers {
    /// Asks the reference all that these checks need of it.
    pub fn ask(plan: &Plan, checks: &[usize], caller: &mut dyn Caller) -> Self {
        let mut asked: Vec<(usize, Vec<Answers>)> = checks
            .iter()
            .map(|index| (*index, vec![Answers::new(); plan.checks[*index].cases.len()]))
            .collect();
        loop {
            let mut wave = Wave::default();
            for (trial, (index, cases)) in asked.iter().enumerate() {
                cases.iter().enumerate().for_each(|(case, known)| {
                    add_missing(
                        plan,
                        *index,
                        known,
                        Place {
                            trial,
                            case,
                            replay: false,
                        },
                        &mut wave,
                    )
                });
            }
            if wave.is_empty() {
                return Self {
                    checks: asked.into_iter().collect(),
                };
            }
            for (place, site, outcome) in wave.ask(&plan.signature, caller) {
                put(&mut asked[place.trial].1[place.case], site, outcome);
            }
        }
    }

    pub(super) fn of(&self, check: usize, case: usize) -> &[Option<Outcome>] {
        self.checks
            .get(&check)
            .and_then(|cases| cases.get(case))
            .map_or(&[], Vec::as_slice)
    }
}

/// Adds what the reference has still to answer for one case.
fn add_missing(plan: &Plan, check: usize, known: &[Option<Outcome>], place: Place, wave: &mut Wave) {
    let check = &plan.checks[check];
    let case = Case {
        plan,
        check,
        inputs: &check.cases[place.case],
        student: &[],
        reference: known,
        asks: Whose::Reference,
    };
    let missing = case.judge().err().unwrap_or_default();
    wave.add(
        place,
        missing.into_iter().filter(|missing| missing.whose == Whose::Reference),
    );
}
