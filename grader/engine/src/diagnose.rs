//! What a submission answered + what known wrong solutions answer to the same calls -> which of them it is.
//!
//! Never a guess: a function is a known wrong one when *all* its answers are that one's, wrong ones and right ones, on every
//! call that both were asked. Two that answer alike are both named.

use std::collections::{BTreeMap, HashMap};

use blake3::Hasher;
use serde::{Deserialize, Serialize};

use crate::compare::{Tolerance, compare};
use crate::outcome::{Call, Outcome};

/// How far apart two answers may be and still be the same: what another order of the same operations makes of it.
const TOLERANCE: Tolerance = Tolerance {
    rel: 1e-9,
    abs: 1e-12,
    nan_equal: true,
};

/// What was asked: a call and those before it on the same instance, hashed.
type Asked = [u8; 16];

/// How each call ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// By what was asked: the function, and how the call ended.
    answers: HashMap<Asked, (u32, Outcome)>,
}

/// Wrong solutions whose answers are known, and a right one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    right: Recording,
    /// By the place of the wrong solution: what it answers differently.
    wrong: Vec<Recording>,
}

/// A function whose answers are those of known wrong solutions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosed {
    /// The function's number in the signature.
    pub function: u32,
    /// The places of the wrong solutions, of which there is at least one.
    pub wrong: Vec<usize>,
}

impl Recording {
    /// Of calls in the order in which they were asked, and how they ended.
    #[must_use]
    pub fn new(calls: &[Call], outcomes: &[Outcome]) -> Self {
        let mut asked = Hasher::new();
        let mut answers = HashMap::with_capacity(calls.len());
        for (call, outcome) in calls.iter().zip(outcomes) {
            if call.fresh {
                asked.reset();
            }
            asked.update(&call.function.to_le_bytes());
            asked.update(&(call.arguments.len() as u64).to_le_bytes());
            asked.update(&call.arguments);
            let mut key = Asked::default();
            asked.finalize_xof().fill(&mut key);
            answers.insert(key, (call.function, outcome.clone()));
        }
        Self { answers }
    }

    /// The functions that were asked.
    fn functions(&self) -> impl Iterator<Item = u32> {
        self.answers.values().map(|(function, _)| *function)
    }

    fn get(&self, asked: &Asked) -> Option<&Outcome> {
        self.answers.get(asked).map(|(_, outcome)| outcome)
    }

    /// What is answered differently here.
    fn unlike(&self, other: &Self) -> Self {
        let differs = |asked: &Asked, outcome: &Outcome| other.get(asked).is_some_and(|other| !same(outcome, other));
        let answers = self.answers.iter();
        let unlike = answers.filter(|(asked, (_, outcome))| differs(asked, outcome));
        Self {
            answers: unlike.map(|(asked, answer)| (*asked, answer.clone())).collect(),
        }
    }
}

impl Known {
    /// From the answers of a right solution and of wrong ones to the same checks.
    #[must_use]
    pub fn new(right: Recording, wrong: &[Recording]) -> Self {
        let wrong = wrong.iter().map(|wrong| wrong.unlike(&right)).collect();
        Self { right, wrong }
    }

    /// The functions that a wrong solution answers differently, by their numbers.
    #[must_use]
    pub fn broken(&self, wrong: usize) -> Vec<u32> {
        let mut functions: Vec<u32> = self.wrong[wrong].functions().collect();
        functions.sort_unstable();
        functions.dedup();
        functions
    }

    /// Whether two wrong solutions answer everything alike.
    #[must_use]
    pub fn is_same(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.wrong[one], &self.wrong[other]);
        let answer = |wrong: &Recording, asked: &Asked| wrong.get(asked).or_else(|| self.right.get(asked)).cloned();
        let agree = |asked: &Asked| match (answer(one, asked), answer(other, asked)) {
            (Some(one), Some(other)) => same(&one, &other),
            (None, _) | (_, None) => true,
        };
        one.answers.keys().chain(other.answers.keys()).all(agree)
    }

    /// The functions of a submission that are known wrong ones, in the order of the signature.
    #[must_use]
    pub fn diagnose(&self, submission: &Recording) -> Vec<Diagnosed> {
        let wrong = submission.unlike(&self.right);
        let mut functions: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for function in wrong.functions() {
            functions.entry(function).or_insert_with(|| {
                let candidates = 0..self.wrong.len();
                candidates
                    .filter(|candidate| self.is(submission, function, *candidate))
                    .collect()
            });
        }
        let diagnosed = functions.into_iter().filter(|(_, wrong)| !wrong.is_empty());
        diagnosed
            .map(|(function, wrong)| Diagnosed { function, wrong })
            .collect()
    }

    /// Whether all of a submission's answers of a function are those of a wrong solution, which has some of its own.
    fn is(&self, submission: &Recording, function: u32, candidate: usize) -> bool {
        let wrong = &self.wrong[candidate];
        let of_function = submission.answers.iter().filter(|(_, (asked, _))| *asked == function);
        let mut told = false;
        for (asked, (_, outcome)) in of_function {
            let own = wrong.get(asked);
            told |= own.is_some();
            let expected = own.or_else(|| self.right.get(asked));
            if expected.is_some_and(|expected| !same(outcome, expected)) {
                return false;
            }
        }
        told
    }
}

fn same(a: &Outcome, b: &Outcome) -> bool {
    match (a, b) {
        (Outcome::Returned(a), Outcome::Returned(b)) => compare(a, b, TOLERANCE).agrees,
        _ => a.kind() == b.kind(),
    }
}

#[cfg(test)]
mod tests {
    use grader_abi::Value;

    use super::*;

    /// What a solution answers to `f(0)`, `f(1)`, `f(2)` and `g(0)`.
    fn recording(answers: [f64; 4]) -> Recording {
        let calls: Vec<Call> = [(0, 0u8), (0, 1), (0, 2), (1, 0)]
            .into_iter()
            .map(|(function, argument)| Call {
                function,
                arguments: vec![argument],
                fresh: true,
            })
            .collect();
        let outcomes = answers.map(|answer| {
            if answer == PANICS {
                Outcome::Panicked {
                    message: String::new(),
                    place: String::new(),
                }
            } else {
                Outcome::Returned(Value::Real(answer))
            }
        });
        Recording::new(&calls, &outcomes)
    }

    const PANICS: f64 = -777.0;

    #[test]
    fn a_function_is_a_known_one_only_when_all_its_answers_are() {
        let known = Known::new(
            recording([0.0, 1.0, 2.0, 5.0]),
            &[
                recording([0.0, 1.0, 3.0, 5.0]),
                recording([0.0, 9.0, 3.0, 5.0]),
                recording([0.0, 1.0, 2.0, f64::NAN]),
                recording([PANICS, 1.0, 2.0, 5.0]),
                recording([0.0, 1.0, 3.0 + 1e-13, 5.0]),
            ],
        );
        for (answers, want) in [
            ([0.0, 1.0, 2.0, 5.0], vec![]),
            ([0.0, 1.0, 2.0 + 1e-13, 5.0], vec![]),
            ([0.0, 1.0, 3.0, 5.0], vec![(0, vec![0, 4])]),
            ([0.0, 9.0, 3.0, 5.0], vec![(0, vec![1])]),
            ([0.0, 9.0, 2.0, 5.0], vec![]),
            ([0.5, 1.0, 3.0, 5.0], vec![]),
            ([PANICS, 1.0, 2.0, f64::NAN], vec![(0, vec![3]), (1, vec![2])]),
            ([7.0, 7.0, 7.0, f64::NAN], vec![(1, vec![2])]),
        ] {
            let diagnosed = known.diagnose(&recording(answers));
            let found: Vec<(u32, Vec<usize>)> = diagnosed.into_iter().map(|one| (one.function, one.wrong)).collect();
            assert_eq!(found, want, "{answers:?}");
        }
        assert!(known.is_same(0, 4) && !known.is_same(0, 1) && !known.is_same(2, 3));
        assert_eq!(known.broken(2), [1]);
        assert_eq!(known.broken(1), [0]);
    }

    #[test]
    fn what_went_before_on_the_same_instance_is_part_of_what_is_asked() {
        let call = |fresh| Call {
            function: 0,
            arguments: vec![1],
            fresh,
        };
        let answer = |value| Outcome::Returned(Value::Real(value));
        let counter = Recording::new(
            &[call(true), call(false), call(true)],
            &[answer(1.0), answer(2.0), answer(1.0)],
        );
        assert_eq!(counter.answers.len(), 2);
    }
}
