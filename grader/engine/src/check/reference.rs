//! What the reference answers: asked once per run, or read from what a handout contains.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::case::Case;
use super::wave::{Answers, Asked, Place, Wave, put};
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
        let mut asked: Vec<(usize, Vec<Asked>)> = checks
            .iter()
            .map(|index| (*index, vec![Asked::default(); plan.checks[*index].cases.len()]))
            .collect();
        loop {
            let mut wave = Wave::default();
            for (trial, (index, cases)) in asked.iter_mut().enumerate() {
                for (case, asked) in cases.iter_mut().enumerate() {
                    let place = Place {
                        trial,
                        case,
                        replay: false,
                    };
                    add_missing(plan, *index, asked, place, &mut wave);
                }
            }
            if wave.is_empty() {
                let answers = |cases: Vec<Asked>| cases.into_iter().map(|asked| asked.answers).collect();
                return Self {
                    checks: asked
                        .into_iter()
                        .map(|(index, cases)| (index, answers(cases)))
                        .collect(),
                };
            }
            for (place, site, outcome) in wave.ask(&plan.signature, caller) {
                put(&mut asked[place.trial].1[place.case].answers, site, outcome);
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
fn add_missing(plan: &Plan, check: usize, asked: &mut Asked, place: Place, wave: &mut Wave) {
    let check = &plan.checks[check];
    let case = Case {
        plan,
        check,
        inputs: &check.cases[place.case],
        student: &[],
        reference: &asked.answers,
        asks: Whose::Reference,
        stuck: Cell::default(),
    };
    let missing = case.judge().err().unwrap_or_default().into_iter();
    let missing = missing.filter(|missing| missing.whose == Whose::Reference).collect();
    wave.add(place, asked, missing, plan.in_order(check));
}
