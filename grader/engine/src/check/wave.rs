//! The calls of one wave, and where their answers belong.

use grader_abi::Signature;

use crate::expression::{Kind, Missing, canonical};
use crate::outcome::{Call, Caller, Outcome};

/// Answers of one case, by site.
pub(crate) type Answers = Vec<Option<Outcome>>;

/// What one case was asked so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) answers: Answers,
    /// The calls, where a later one has to find the instance as these leave it.
    calls: Vec<Call>,
}

/// Where an answer belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The place of its check in the list of those that are asked.
    pub(super) trial: usize,
    pub(super) case: usize,
    /// Whether it is the first case asked again.
    pub(super) replay: bool,
}

/// The calls of one wave.
#[derive(Debug, Default)]
pub(super) struct Wave {
    calls: Vec<Call>,
    /// Where each answer belongs, and its site; nothing for a call that is only repeated.
    places: Vec<Option<(Place, usize)>>,
}

impl Wave {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Adds the calls of one case; the first of them gets a fresh instance. Where calls come in order, those that were made
    /// before are repeated, so that the instance is what it was.
    pub(super) fn add(&mut self, place: Place, asked: &mut Asked, missing: Vec<Missing>, in_order: bool) {
        if missing.is_empty() {
            return;
        }
        let repeated = asked.calls.len();
        let places = missing.iter().map(|missing| Some((place, missing.site)));
        self.places.extend(std::iter::repeat_n(None, repeated).chain(places));
        let first = self.calls.len();
        let new = missing.into_iter().map(|missing| missing.call);
        self.calls.extend(asked.calls.iter().cloned().chain(new));
        self.calls[first].fresh = true;
        if in_order {
            let new = self.calls[first + repeated..].iter();
            asked.calls.extend(new.map(|call| Call {
                fresh: false,
                ..call.clone()
            }));
        }
    }

    /// The answers, in the form that their kinds have.
    pub(super) fn ask(
        &self,
        signature: &Signature,
        caller: &mut dyn Caller,
    ) -> impl Iterator<Item = (Place, usize, Outcome)> + use<'_> {
        let kinds: Vec<Kind> = signature
            .functions
            .iter()
            .map(|function| Kind::of(&function.returns))
            .collect();
        let mut outcomes = caller.answer(&self.calls).into_iter();
        self.places.iter().zip(&self.calls).filter_map(move |(place, call)| {
            // Fewer answers than calls is never a pass.
            let outcome = outcomes.next().unwrap_or(Outcome::HarnessFault {
                why: "an answer is missing".to_owned(),
            });
            let outcome = match outcome {
                Outcome::Returned(value) => Outcome::Returned(canonical(value, &kinds[call.function as usize])),
                other => other,
            };
            place.map(|(place, site)| (place, site, outcome))
        })
    }
}

pub(super) fn put(answers: &mut Answers, site: usize, outcome: Outcome) {
    if answers.len() <= site {
        answers.resize(site + 1, None);
    }
    answers[site] = Some(outcome);
}
