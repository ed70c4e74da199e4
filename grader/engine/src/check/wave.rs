//! The calls of one wave, and where their answers belong.

use grader_abi::Signature;

use crate::expression::{Kind, Missing, canonical};
use crate::outcome::{Call, Caller, Outcome};

/// Answers of one case, by site.
pub(crate) type Answers = Vec<Option<Outcome>>;

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
#[derive(Default)]
pub(super) struct Wave {
    calls: Vec<Call>,
    places: Vec<(Place, usize)>,
}

impl Wave {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Adds the calls of one case; the first of them gets a fresh instance.
    pub(super) fn add(&mut self, place: Place, missing: impl IntoIterator<Item = Missing>) {
        for (count, missing) in missing.into_iter().enumerate() {
            self.calls.push(Call {
                fresh: count == 0,
                ..missing.call
            });
            self.places.push((place, missing.site));
        }
    }

    /// The answers, in the form that their kinds have.
    pub(super) fn ask(
        self,
        signature: &Signature,
        caller: &mut dyn Caller,
    ) -> impl Iterator<Item = (Place, usize, Outcome)> {
        let kinds: Vec<Kind> = signature
            .functions
            .iter()
            .map(|function| Kind::of(&function.returns))
            .collect();
        let mut outcomes = caller.answer(&self.calls).into_iter();
        self.places
            .into_iter()
            .zip(self.calls)
            .map(move |((place, site), call)| {
                // Fewer answers than calls is never a pass.
                let outcome = outcomes.next().unwrap_or(Outcome::HarnessFault {
                    why: "an answer is missing".to_owned(),
                });
                let outcome = match outcome {
                    Outcome::Returned(value) => Outcome::Returned(canonical(value, &kinds[call.function as usize])),
                    other => other,
                };
                (place, site, outcome)
            })
    }
}

pub(super) fn put(answers: &mut Answers, site: usize, outcome: Outcome) {
    if answers.len() <= site {
        answers.resize(site + 1, None);
    }
    answers[site] = Some(outcome);
}
