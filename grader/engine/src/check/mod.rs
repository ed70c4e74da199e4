//! A plan + somebody who answers calls -> verdicts.
//!
//! Works in waves: every case is evaluated with the answers known so far, the calls that are missing are collected over all
//! checks and sent together, and so on until none is missing. Nested calls take one more wave each. All cases of a wave are
//! independent, so that a caller can send them ahead of the answers.
//!
//! Must never: ask the student for anything the reference is to answer, or let an answer to one check reach another.

mod case;
mod finding;
mod gradient;
mod holds;
mod reference;
mod script;
mod statistics;
mod wave;

use std::cell::Cell;

use grader_abi::Value;

use crate::compare::{Tolerance, compare};
use crate::expression::{Missing, Whose};
use crate::outcome::{Caller, Outcome};
use crate::plan::{Check, Plan};
use crate::verdict::{Judged, Observed, Verdict};
use case::Case;
use finding::Finding;
pub use reference::ReferenceAnswers;
pub(crate) use wave::Answers;
use wave::{Asked, Place, Wave, put};

/// Judges these checks: one verdict each, in their order. The reference must have been asked about all of them.
pub fn judge(plan: &Plan, checks: &[usize], reference: &ReferenceAnswers, caller: &mut dyn Caller) -> Vec<Judged> {
    Opening::new(plan, checks, reference).judge(plan, reference, caller)
}

/// What everybody is asked first: the calls that depend on nobody's answer, found once for all submissions.
#[derive(Debug)]
pub struct Opening {
    /// As they are while these calls are asked.
    trials: Vec<Trial>,
    wave: Wave,
}

impl Opening {
    /// What is asked first in these checks. The reference must have been asked about all of them.
    #[must_use]
    pub fn new(plan: &Plan, checks: &[usize], reference: &ReferenceAnswers) -> Self {
        let mut trials: Vec<Trial> = checks.iter().map(|index| Trial::new(plan, *index)).collect();
        let wave = advance(plan, reference, &mut trials);
        Self { trials, wave }
    }

    /// Judges the checks, given the plan and the reference's answers that this was made from.
    pub fn judge(&self, plan: &Plan, reference: &ReferenceAnswers, caller: &mut dyn Caller) -> Vec<Judged> {
        let mut trials = self.trials.clone();
        let mut later = None;
        loop {
            let wave = later.as_ref().unwrap_or(&self.wave);
            if wave.is_empty() {
                return trials.into_iter().map(|trial| trial.verdict(plan)).collect();
            }
            take(&mut trials, wave.ask(&plan.signature, caller));
            later = Some(advance(plan, reference, &mut trials));
        }
    }
}

/// The calls that are missing by now.
fn advance(plan: &Plan, reference: &ReferenceAnswers, trials: &mut [Trial]) -> Wave {
    let mut wave = Wave::default();
    for (number, trial) in trials.iter_mut().enumerate() {
        trial.advance(plan, reference, number, &mut wave);
    }
    wave
}

fn take(trials: &mut [Trial], answers: impl Iterator<Item = (Place, usize, Outcome)>) {
    for (place, site, outcome) in answers {
        trials[place.trial].take(place, site, outcome);
    }
}

/// A check while its cases are being asked.
#[derive(Debug, Clone)]
struct Trial {
    /// Which check of the plan.
    index: usize,
    /// The student's answers by case; nothing for a case that is judged.
    open: Vec<Option<Asked>>,
    /// The answers to the first case, and to the same calls asked again.
    first: Answers,
    again: Asked,
    failing: usize,
    shown: Option<Shown>,
}

/// The case to show: the first that the grader failed in, else the first that fails, else the first.
#[derive(Debug, Clone)]
struct Shown {
    case: usize,
    verdict: Verdict,
    observed: Observed,
}

impl Trial {
    fn new(plan: &Plan, index: usize) -> Self {
        Self {
            index,
            open: vec![Some(Asked::default()); plan.checks[index].cases.len()],
            first: Answers::new(),
            again: Asked::default(),
            failing: 0,
            shown: None,
        }
    }

    /// Judges the cases that can be judged and adds to the wave what the others miss. The first case is asked twice, each
    /// time on a fresh instance; the second time comes after all other cases.
    fn advance(&mut self, plan: &Plan, reference: &ReferenceAnswers, trial: usize, wave: &mut Wave) {
        let check = &plan.checks[self.index];
        let mut replay = Vec::new();
        let in_order = plan.in_order(check);
        for case in 0..self.open.len() {
            let Some(asked) = &mut self.open[case] else { continue };
            let attempt = Case {
                plan,
                check,
                inputs: &check.cases[case],
                student: &asked.answers,
                reference: reference.of(self.index, case),
                asks: Whose::Student,
                stuck: Cell::default(),
            };
            let missing = match attempt.judge() {
                Err(missing) if missing.iter().any(is_student) => missing,
                judged => {
                    let finding =
                        judged.unwrap_or_else(|_| Finding::not_graded("an answer of the reference is missing"));
                    show(&mut self.shown, case, check, finding, &mut self.failing);
                    let asked = self.open[case].take().unwrap_or_default();
                    if case == 0 {
                        self.first = asked.answers;
                    }
                    continue;
                }
            };
            let missing: Vec<Missing> = missing.into_iter().filter(is_student).collect();
            if case == 0 && check.deterministic {
                replay.clone_from(&missing);
            }
            let place = Place {
                trial,
                case,
                replay: false,
            };
            wave.add(place, asked, missing, in_order);
        }
        let again = Place {
            trial,
            case: 0,
            replay: true,
        };
        wave.add(again, &mut self.again, replay, in_order);
    }

    fn take(&mut self, place: Place, site: usize, outcome: Outcome) {
        if place.replay {
            put(&mut self.again.answers, site, outcome);
        } else if let Some(asked) = &mut self.open[place.case] {
            put(&mut asked.answers, site, outcome);
        }
    }

    fn verdict(self, plan: &Plan) -> Judged {
        let replayed = self.replayed();
        let (mut verdict, observed) = match self.shown {
            Some(shown) => (shown.verdict, shown.observed),
            None => {
                let why = format!("{} has no case", plan.full_id(self.index));
                (Verdict::NotGraded { why }, Observed::default())
            }
        };
        if let (Verdict::Pass, Some(replayed)) = (&verdict, replayed) {
            verdict = replayed;
        }
        Judged {
            verdict,
            observed,
            cases: self.open.len(),
            failing: self.failing,
        }
    }

    /// What is wrong with the answers to the first case when it is asked again.
    fn replayed(&self) -> Option<Verdict> {
        let pairs = self.first.iter().zip(&self.again.answers);
        let mut pairs = pairs.filter_map(|(first, again)| Some((first.as_ref()?, again.as_ref()?)));
        let (first, again) = pairs.find(|(first, again)| !alike(first, again))?;
        Some(match again {
            Outcome::HarnessFault { why } => Verdict::NotGraded { why: why.clone() },
            Outcome::Returned(_) | Outcome::Panicked { .. } | Outcome::NotImplemented => {
                let (first, again) = (answer_text(first), answer_text(again));
                Verdict::Fail {
                    why: format!("not deterministic: asked twice, it first {first} and then {again}"),
                }
            }
            Outcome::TimedOut { .. }
            | Outcome::OutOfMemory
            | Outcome::Crashed { .. }
            | Outcome::Exited { .. }
            | Outcome::Refused { .. }
            | Outcome::BadAnswer { .. } => Verdict::Error {
                call: "the first input, asked again,".to_owned(),
                outcome: again.clone(),
            },
        })
    }
}

fn is_student(missing: &Missing) -> bool {
    missing.whose == Whose::Student
}

/// Keeps the case if it is the one to show. What the grader failed in comes before anything that could be held against the
/// student.
fn show(shown: &mut Option<Shown>, case: usize, check: &Check, finding: Finding<'_>, failing: &mut usize) {
    let rank = |verdict: &Verdict| (!verdict.is_not_graded(), verdict.is_pass());
    *failing += usize::from(!finding.verdict.is_pass());
    let comes_first = |known: &Shown| (rank(&finding.verdict), case) < (rank(&known.verdict), known.case);
    if shown.as_ref().is_none_or(comes_first) {
        *shown = Some(Shown {
            case,
            observed: observed(check, case, &finding),
            verdict: finding.verdict,
        });
    }
}

fn observed(check: &Check, case: usize, finding: &Finding<'_>) -> Observed {
    let names = check.names.iter().map(|(name, _)| name.clone());
    Observed {
        inputs: names.zip(check.cases[case].iter().cloned()).collect(),
        got: finding.got.as_deref().cloned(),
        want: finding.want.as_deref().cloned(),
        worst: finding.worst.clone(),
    }
}

fn answer_text(outcome: &Outcome) -> String {
    if let Outcome::Returned(value) = outcome {
        format!("returned {}", crate::show::show(value))
    } else {
        outcome.to_string()
    }
}

/// Whether two answers are the same: exactly, but for NaNs, which are alike, and for the texts of panics.
fn alike(a: &Outcome, b: &Outcome) -> bool {
    const EXACT: Tolerance = Tolerance {
        rel: 0.0,
        abs: 0.0,
        nan_equal: true,
    };
    let same = |a: &Value, b: &Value| a == b || compare(a, b, EXACT).agrees;
    match (a, b) {
        (Outcome::Returned(a), Outcome::Returned(b)) => same(a, b),
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
