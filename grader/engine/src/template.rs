//! What a student's `cargo test` runs: one named test per public check, in process.
//!
//! Takes the text of `checks.json` and the student's solution; gives a libtest-like run: filters, `--list` and nextest work.
//! Each check runs on a thread of its own with a deadline, so that an endless loop is one failed test.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use grader_abi::{Contract, Instance, Make, Reply, Signature, Value};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::check::{ReferenceAnswers, judge};
use crate::feedback::for_student;
use crate::outcome::{Call, Caller, Outcome};
use crate::pack::unpack;
use crate::plan::Plan;
use crate::score::score;
use crate::verdict::{Judged, Observed, Verdict};

/// How long a check may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// The stack of the thread that runs a check, as large as a worker's.
const STACK: usize = 8 * 1024 * 1024;

/// Runs the public checks against a solution.
///
/// Call it from a test target with `harness = false`: `grader_engine::template::run::<contract::Maker<Solution>>(…)`.
#[must_use]
pub fn run<M: Make>(checks: &str) -> ExitCode {
    let arguments = Arguments::from_args();
    let tests = match unpack(checks, M::Contract::signature()) {
        Ok((plan, reference)) => tests::<M>(plan, reference),
        Err(why) => vec![Trial::test("checks.json", move || Err(Failed::from(why)))],
    };
    libtest_mimic::run(&arguments, tests).exit_code()
}

fn tests<M: Make>(plan: Plan, reference: ReferenceAnswers) -> Vec<Trial> {
    let shared = Arc::new((plan, reference));
    let count = shared.0.checks.len();
    (0..count)
        .map(|index| {
            let name = test_name(&shared.0, index);
            let shared = Arc::clone(&shared);
            Trial::test(name, move || {
                within_deadline(move || verdict::<M>(&shared.0, &shared.1, index))
            })
        })
        .collect()
}

/// `exercise/check (function)`, so that `cargo test function` finds all checks of a function.
fn test_name(plan: &Plan, index: usize) -> String {
    let asked = plan.checks[index].rule.student_functions();
    let functions: Vec<&str> = asked
        .iter()
        .map(|function| plan.signature.functions[*function as usize].name.as_str())
        .collect();
    format!("{} ({})", plan.full_id(index), functions.join(", "))
}

/// The check's verdict with its prerequisites, as the grader gives it.
fn verdict<M: Make>(plan: &Plan, reference: &ReferenceAnswers, index: usize) -> Result<(), Failed> {
    let needed = needed(plan, index);
    let mut solution = InProcess::<M> {
        instance: Instance::new(),
        signature: &plan.signature,
    };
    let mut judged: Vec<Judged> = plan.checks.iter().map(|_| unasked()).collect();
    for (index, verdict) in needed.iter().zip(judge(plan, &needed, reference, &mut solution)) {
        judged[*index] = verdict;
    }
    let scored = score(plan, judged);
    match for_student(&plan.checks[index], &scored.checks[index].0) {
        None => Ok(()),
        Some(feedback) => Err(Failed::from(feedback)),
    }
}

/// A check and all that its verdict depends on, each once.
fn needed(plan: &Plan, index: usize) -> Vec<usize> {
    let mut needed = vec![index];
    let mut next = 0;
    while let Some(check) = needed.get(next).map(|check| &plan.checks[*check]) {
        for more in check.requires.iter().chain(&check.beside) {
            if !needed.contains(more) {
                needed.push(*more);
            }
        }
        next += 1;
    }
    needed
}

fn unasked() -> Judged {
    let verdict = Verdict::Skipped {
        why: "not asked".to_owned(),
    };
    Judged {
        verdict,
        observed: Observed::default(),
        cases: 0,
        failing: 0,
    }
}

fn within_deadline(check: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Result<(), Failed> {
    let (sender, receiver) = channel();
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || sender.send(check()));
    thread.map_err(|error| Failed::from(format!("the check cannot start: {error}")))?;
    match receiver.recv_timeout(DEADLINE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Err(Failed::from(format!(
            "no answer within {} s: is there an endless loop?",
            DEADLINE.as_secs()
        ))),
        Err(RecvTimeoutError::Disconnected) => Err(Failed::from("the check ended without a verdict")),
    }
}

/// A solution in this very process: the same calls and replies as a worker's, without the pipes.
struct InProcess<'a, M: Make> {
    instance: Instance<M>,
    signature: &'a Signature,
}

impl<M: Make> Caller for InProcess<'_, M> {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        calls.iter().map(|call| self.one(call)).collect()
    }
}

impl<M: Make> InProcess<'_, M> {
    fn one(&mut self, call: &Call) -> Outcome {
        let reply = self.instance.call(call.fresh, call.function, &call.arguments);
        let returns = &self.signature.functions[call.function as usize].returns;
        match Reply::decode(reply) {
            Ok(Reply::Returned(value)) => match Value::from_bytes(returns, value) {
                Ok(value) => Outcome::Returned(value),
                Err(error) => Outcome::BadAnswer { why: error.to_string() },
            },
            Ok(Reply::Panicked { message, place }) => Outcome::Panicked { message, place },
            Ok(Reply::NotImplemented { .. }) => Outcome::NotImplemented,
            Ok(Reply::BadCall(why)) => Outcome::HarnessFault { why },
            Err(error) => Outcome::HarnessFault { why: error.to_string() },
        }
    }
}
