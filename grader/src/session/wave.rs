//! The calls of one wave: which have outcomes, and which are to be sent next.
//!
//! Calls come in lives: one that asks for a fresh instance, and those after it that go on with that instance. The first
//! life of a wave can have begun in an earlier one; its earlier calls are kept to be repeated in a new worker.

use std::collections::BTreeSet;
use std::ops::Range;

use grader_engine::{Call, Outcome};

use super::tally::Tally;

/// The instance that a wave leaves to the next.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Going {
    /// The calls of its life so far.
    calls: Vec<Call>,
    /// What ended it, if something did.
    end: Option<Outcome>,
}

/// A call's place: among the earlier calls, then among this wave's.
pub(super) type Position = usize;

/// One wave, and how far it is.
#[derive(Debug)]
pub(super) struct Wave<'a> {
    earlier: Vec<Call>,
    calls: &'a [Call],
    /// For each of this wave's calls.
    outcomes: Vec<Option<Outcome>>,
    /// What ended the life that the last call belongs to.
    end: Option<Outcome>,
    /// Calls that were given a second worker.
    retried: BTreeSet<Position>,
}

impl<'a> Wave<'a> {
    /// A wave of these calls, the first of which may go on with the instance of an earlier wave.
    pub(super) fn new(going: Going, calls: &'a [Call]) -> Self {
        let starts_fresh = calls.first().is_some_and(|call| call.fresh);
        let going = if starts_fresh { Going::default() } else { going };
        let mut wave = Self {
            earlier: going.calls,
            calls,
            outcomes: vec![None; calls.len()],
            end: None,
            retried: BTreeSet::new(),
        };
        if let Some(end) = &going.end {
            wave.end_life(wave.earlier.len(), end);
        }
        wave
    }

    /// The call at a position.
    pub(super) fn call(&self, position: Position) -> &Call {
        match self.index(position) {
            Some(index) => &self.calls[index],
            None => &self.earlier[position],
        }
    }

    /// Whether every call has its outcome.
    pub(super) fn is_done(&self) -> bool {
        self.outcomes.iter().all(Option::is_some)
    }

    /// What is to be sent: in each life that lacks an outcome, all calls up to the last one that does. A worker that is
    /// not new has the earlier calls behind it.
    pub(super) fn queue(&self, new_worker: bool) -> Vec<Position> {
        let mut queue = Vec::new();
        for life in self.lives() {
            let Some(last) = life.clone().rev().find(|position| self.lacks(*position)) else {
                continue;
            };
            let repeated = |position: &Position| new_worker || self.index(*position).is_some();
            queue.extend((life.start..=last).filter(repeated));
        }
        queue
    }

    /// Takes an answer; that of a repeated call is known.
    pub(super) fn answer(&mut self, position: Position, outcome: Outcome) {
        if let Some(index) = self.index(position) {
            self.outcomes[index].get_or_insert(outcome);
        }
    }

    /// The instance is gone since this call: the calls from here to the end of its life share the outcome. Those that were
    /// answered before, and only repeated, keep their answers.
    pub(super) fn end_life(&mut self, position: Position, outcome: &Outcome) {
        let all = self.len();
        let end = (position + 1..all).find(|next| self.call(*next).fresh).unwrap_or(all);
        for position in position..end {
            self.answer(position, outcome.clone());
        }
        if end == all {
            self.end = Some(outcome.clone());
        }
    }

    /// Whether a call that somebody else has ended may be tried once more: the first time it may.
    pub(super) fn retry(&mut self, position: Position) -> bool {
        self.retried.insert(position)
    }

    /// Gives this outcome to every call that has none.
    pub(super) fn fail_all(&mut self, outcome: &Outcome) {
        for position in self.earlier.len()..self.len() {
            if self.lacks(position) {
                self.end_life(position, outcome);
            }
        }
    }

    /// Gives up on the calls that are not to be tried any more.
    pub(super) fn give_up(&mut self, tally: &Tally) {
        for position in self.earlier.len()..self.len() {
            if self.lacks(position)
                && let Some(outcome) = tally.verdict(self.call(position).function)
            {
                self.end_life(position, &outcome);
            }
        }
    }

    /// The outcomes, and the instance that goes on.
    ///
    /// # Panics
    /// When not [`Wave::is_done`].
    pub(super) fn finish(self) -> (Vec<Outcome>, Going) {
        let last_life = self.lives().last().unwrap_or(0..0);
        let calls = last_life.map(|position| self.call(position).clone()).collect();
        let outcomes = self.outcomes.into_iter();
        let outcomes = outcomes.map(|outcome| outcome.expect("a wave is finished when it is done"));
        (outcomes.collect(), Going { calls, end: self.end })
    }

    fn len(&self) -> usize {
        self.earlier.len() + self.calls.len()
    }

    /// The place among this wave's calls.
    fn index(&self, position: Position) -> Option<usize> {
        position.checked_sub(self.earlier.len())
    }

    fn lacks(&self, position: Position) -> bool {
        self.index(position).is_some_and(|index| self.outcomes[index].is_none())
    }

    fn lives(&self) -> impl Iterator<Item = Range<Position>> {
        let mut start = 0;
        std::iter::from_fn(move || {
            if start == self.len() {
                return None;
            }
            let end = (start + 1..self.len()).find(|next| self.call(*next).fresh);
            let life = start..end.unwrap_or(self.len());
            start = life.end;
            Some(life)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One call per letter, of the function with the letter's number; a capital asks for a fresh instance.
    fn calls(text: &str) -> Vec<Call> {
        let call = |letter: u8| Call {
            function: u32::from(letter.to_ascii_lowercase() - b'a'),
            arguments: vec![letter],
            fresh: letter.is_ascii_uppercase(),
        };
        text.bytes().map(call).collect()
    }

    /// What is queued, as letters.
    fn queue(wave: &Wave<'_>, new_worker: bool) -> String {
        let queue = wave.queue(new_worker);
        queue
            .into_iter()
            .map(|position| char::from(wave.call(position).arguments[0]))
            .collect()
    }

    fn exited(code: i32) -> Outcome {
        Outcome::Exited { code }
    }

    /// Answers the calls at these positions.
    fn answer(wave: &mut Wave<'_>, positions: &[Position]) {
        positions.iter().for_each(|position| wave.answer(*position, exited(0)));
    }

    #[test]
    fn all_calls_are_queued_at_first() {
        let calls = calls("AbcDE");
        assert_eq!(queue(&Wave::new(Going::default(), &calls), true), "AbcDE");
    }

    #[test]
    fn an_interrupted_life_is_repeated_from_its_start_and_no_further_than_needed() {
        let calls = calls("AbcDeF");
        for (answered, queued) in [
            (&[0][..], "AbcDeF"),
            (&[0, 1, 2], "DeF"),
            (&[0, 1, 2, 3], "DeF"),
            (&[0, 1, 2, 4], "DF"),
            (&[0, 1, 2, 3, 4, 5], ""),
        ] {
            let mut wave = Wave::new(Going::default(), &calls);
            answer(&mut wave, answered);
            assert_eq!(queue(&wave, true), queued, "{answered:?}");
        }
    }

    #[test]
    fn the_calls_before_a_death_are_repeated_and_those_after_it_in_its_life_are_not_tried() {
        let calls = calls("AbcdE");
        let mut wave = Wave::new(Going::default(), &calls);
        wave.end_life(2, &exited(1));
        assert_eq!(queue(&wave, true), "AbE");
        answer(&mut wave, &[0, 1, 4]);
        let (outcomes, going) = wave.finish();
        assert_eq!(outcomes, [0, 0, 1, 1, 0].map(exited));
        assert_eq!(going.end, None);
    }

    #[test]
    fn a_call_is_tried_again_once() {
        let calls = calls("AB");
        let mut wave = Wave::new(Going::default(), &calls);
        assert_eq!([wave.retry(0), wave.retry(0), wave.retry(1)], [true, false, true]);
    }

    #[test]
    fn a_life_goes_on_in_the_next_wave() {
        let (first, second) = (calls("ABc"), calls("deF"));
        let mut wave = Wave::new(Going::default(), &first);
        answer(&mut wave, &[0, 1, 2]);
        let (_, going) = wave.finish();
        let wave = Wave::new(going.clone(), &second);
        assert_eq!(queue(&wave, false), "deF");
        assert_eq!(queue(&wave, true), "BcdeF");
        assert_eq!(Wave::new(going.clone(), &[]).finish(), (Vec::new(), going));
    }

    #[test]
    fn a_life_that_ended_in_an_earlier_wave_answers_nothing_more() {
        let (first, second) = (calls("Ab"), calls("cdE"));
        let mut wave = Wave::new(Going::default(), &first);
        wave.end_life(0, &exited(9));
        let (_, going) = wave.finish();
        let mut wave = Wave::new(going.clone(), &second);
        assert_eq!(queue(&wave, true), "E");
        answer(&mut wave, &[4]);
        assert_eq!(wave.finish().0, [9, 9, 0].map(exited));
        let fresh = calls("F");
        assert_eq!(queue(&Wave::new(going, &fresh), true), "F");
    }

    #[test]
    fn a_death_in_a_repeated_call_leaves_known_answers_alone() {
        let (first, second) = (calls("Ab"), calls("cD"));
        let mut wave = Wave::new(Going::default(), &first);
        answer(&mut wave, &[0, 1]);
        let (_, going) = wave.finish();
        let mut wave = Wave::new(going, &second);
        wave.end_life(0, &exited(3));
        assert_eq!(queue(&wave, true), "D");
    }
}
