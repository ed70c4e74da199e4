//! How often a submission ended its workers, and what is not tried any more because of that.
//!
//! After [`MAX_TIMEOUTS`] time-outs or [`MAX_DEATHS`] deaths of other kinds in one function, its remaining calls are not
//! tried; nothing is after the CPU time of all calls is used up, after a library turned out to be of no use, or after
//! [`MAX_LOADS`] workers that never came to a call.

use std::collections::BTreeMap;

use grader_engine::Outcome;

use super::judge::{Cause, Death};

/// Time-outs after which a function is not called any more.
const MAX_TIMEOUTS: u32 = 2;

/// Other deaths after which a function is not called any more.
const MAX_DEATHS: u32 = 8;

/// Workers that died before their first call after which nothing is called any more.
const MAX_LOADS: u32 = 2;

/// The counts of one session.
#[derive(Debug, Default)]
pub(super) struct Tally {
    functions: BTreeMap<u32, Count>,
    loads: u32,
    /// What every call gets from now on.
    all: Option<Outcome>,
}

#[derive(Debug, Default)]
struct Count {
    timeouts: u32,
    deaths: u32,
    /// What the function's calls get from now on.
    verdict: Option<Outcome>,
}

impl Tally {
    /// Takes note of a worker's death in a call of this function, which got this outcome.
    pub(super) fn count(&mut self, function: u32, death: &Death, outcome: &Outcome) {
        if !death.loaded {
            self.loads += 1;
        }
        let is_hopeless = matches!(death.cause, Cause::TotalTime | Cause::Unusable(_));
        if is_hopeless || self.loads == MAX_LOADS {
            self.all = Some(outcome.clone());
        }
        let count = self.functions.entry(function).or_default();
        if matches!(outcome, Outcome::TimedOut { .. }) {
            count.timeouts += 1;
        } else {
            count.deaths += 1;
        }
        if count.timeouts == MAX_TIMEOUTS || count.deaths == MAX_DEATHS {
            let calls = count.timeouts + count.deaths;
            count.verdict = Some(not_tried(outcome, calls));
        }
    }

    /// What a call of this function gets without being tried, if it is not to be.
    pub(super) fn verdict(&self, function: u32) -> Option<Outcome> {
        let of_function = || self.functions.get(&function)?.verdict.clone();
        self.all.clone().or_else(of_function)
    }
}

/// The outcome of a call that was not tried because so many like it had ended this way; it says so where it has words.
fn not_tried(outcome: &Outcome, calls: u32) -> Outcome {
    let why = |why: &str| {
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(" ({why})")
        };
        format!("not tried, since {calls} calls of this function had ended the process{why}")
    };
    match outcome {
        Outcome::TimedOut { .. } => Outcome::TimedOut {
            why: format!("not tried, since {calls} calls of this function had failed"),
        },
        Outcome::Crashed { signal, why: old } => Outcome::Crashed {
            signal: *signal,
            why: why(old),
        },
        Outcome::Refused { what } => Outcome::Refused { what: why(what) },
        Outcome::BadAnswer { why: old } => Outcome::BadAnswer { why: why(old) },
        Outcome::HarnessFault { why: old } => Outcome::HarnessFault { why: why(old) },
        Outcome::OutOfMemory
        | Outcome::Exited { .. }
        | Outcome::NotImplemented
        | Outcome::Returned(_)
        | Outcome::Panicked { .. } => outcome.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn death(cause: Cause) -> Death {
        Death { loaded: true, cause }
    }

    fn timed_out() -> Outcome {
        Outcome::TimedOut { why: "slow".to_owned() }
    }

    #[test]
    fn two_time_outs_or_eight_deaths_end_a_function_and_no_other() {
        for (cause, outcome, limit) in [
            (Cause::CallTime, timed_out(), 2),
            (Cause::Output, Outcome::Exited { code: 1 }, 8),
        ] {
            let mut tally = Tally::default();
            for _ in 0..limit {
                assert_eq!(tally.verdict(3), None);
                tally.count(3, &death(cause.clone()), &outcome);
            }
            assert!(tally.verdict(3).is_some());
            assert_eq!(tally.verdict(4), None);
        }
    }

    #[test]
    fn a_call_that_is_not_tried_says_so() {
        let mut tally = Tally::default();
        for _ in 0..2 {
            tally.count(0, &death(Cause::CallTime), &timed_out());
        }
        let why = "not tried, since 2 calls of this function had failed".to_owned();
        assert_eq!(tally.verdict(0), Some(Outcome::TimedOut { why }));
    }

    #[test]
    fn the_end_of_all_time_and_repeated_failure_to_load_end_everything() {
        let mut tally = Tally::default();
        tally.count(0, &death(Cause::TotalTime), &timed_out());
        assert_eq!(tally.verdict(7), Some(timed_out()));

        let mut tally = Tally::default();
        let unloaded = Death {
            loaded: false,
            cause: Cause::Output,
        };
        let outcome = Outcome::Exited { code: 4 };
        let mut useless = Tally::default();
        let unusable = Death {
            loaded: false,
            cause: Cause::Unusable("no entry".to_owned()),
        };
        useless.count(0, &unusable, &outcome);
        assert_eq!(useless.verdict(7), Some(outcome.clone()));
        tally.count(0, &unloaded, &outcome);
        assert_eq!(tally.verdict(7), None);
        tally.count(1, &unloaded, &outcome);
        assert_eq!(tally.verdict(7), Some(outcome));
    }
}
