//! What a reply or a death means: the one place where outcomes of a process are made.
//!
//! Precedence: our own kill, then out of memory, then a signal, then an exit code. No reply is never a pass: a process that
//! ends without one has an outcome here whatever its exit code.

use std::time::Duration;

use grader_abi::{Reply, Signature, Value, WireError};
use grader_engine::{Call, Outcome};

use super::Limits;
use crate::sandbox::{Ending, MAX_OUTPUT, PATIENCE, meaning as meaning_of_call, system};
use crate::worker::frame::MAX_REPLY;

/// The end of a worker.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Death {
    /// Whether the library had been loaded.
    pub(super) loaded: bool,
    /// What ended it.
    pub(super) cause: Cause,
}

/// What ended a worker.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cause {
    /// It never got ready; its own words. Our fault.
    NotReady(String),
    /// We killed it: the call used up its CPU time.
    CallTime,
    /// We killed it: the call used little CPU time, and took forever.
    Asleep,
    /// We killed it: all calls together used up their time.
    TotalTime,
    /// We killed it: it printed too much.
    Output,
    /// We killed it: it announced an answer of so many bytes.
    TooLong(usize),
    /// We killed it: it answered more than it was asked.
    Unasked,
    /// The kernel ended it at a system call that it must not make, of this number if that is known.
    Refused(Option<u64>),
    /// The library cannot be used, for this reason.
    Unusable(String),
    /// It ended by itself; its last words.
    Ended(Ending, String),
}

impl Cause {
    /// What a worker of our own has died of.
    pub(super) fn words(&self, limits: &Limits) -> String {
        match self {
            Self::NotReady(words) => words.trim().to_owned(),
            other => death(other, limits).to_string(),
        }
    }

    /// Whether somebody else has killed it. It can do that to itself too, so that this does not go on forever.
    pub(super) fn is_from_outside(&self) -> bool {
        matches!(self, Self::Ended(Ending::Signalled(system::SIGKILL), _))
    }
}

/// The outcome of a call with this reply.
pub(super) fn reply(bytes: &[u8], call: &Call, signature: &Signature) -> Outcome {
    match decode(bytes, call, signature) {
        Ok(outcome) => outcome,
        Err(error) => bad_answer(error.to_string()),
    }
}

fn decode(bytes: &[u8], call: &Call, signature: &Signature) -> Result<Outcome, WireError> {
    let function = signature.functions.get(call.function as usize);
    let Some(function) = function else {
        let why = format!("the contract has no function number {}", call.function);
        return Ok(Outcome::HarnessFault { why });
    };
    Ok(match Reply::decode(bytes)? {
        Reply::Returned(value) => Outcome::Returned(Value::from_bytes(&function.returns, value)?),
        Reply::Panicked { message, place } => Outcome::Panicked { message, place },
        Reply::NotImplemented { .. } => Outcome::NotImplemented,
        // The library was built by us from the same contract, so that an honest one can read every call. One that says
        // otherwise must not gain the mercy that our own faults have.
        Reply::BadCall(why) => bad_answer(format!("it says that it cannot read the call: {why}")),
    })
}

fn bad_answer(why: String) -> Outcome {
    Outcome::BadAnswer { why }
}

/// The outcome of the call that a worker died in.
pub(super) fn death(cause: &Cause, limits: &Limits) -> Outcome {
    let timed_out = |why: String| Outcome::TimedOut { why };
    match cause {
        Cause::NotReady(words) => Outcome::HarnessFault {
            why: format!("a worker did not get ready: {}", words.trim()),
        },
        // In the same words: which of the two comes first also depends on what else the machine does.
        Cause::CallTime | Cause::Asleep => timed_out(format!(
            "no answer within {} of CPU time, or {} in all",
            seconds(limits.call),
            seconds(limits.call.saturating_mul(PATIENCE))
        )),
        Cause::TotalTime => timed_out(format!("the {} for all calls were used up", seconds(limits.total))),
        Cause::Output => Outcome::Refused {
            what: format!("printing more than {} MiB", MAX_OUTPUT >> 20),
        },
        Cause::Refused(call) => Outcome::Refused { what: refused(*call) },
        Cause::TooLong(length) => bad_answer(format!("an answer of {length} bytes, {MAX_REPLY} are the most")),
        Cause::Unasked => bad_answer("it answered more than it was asked".to_owned()),
        Cause::Unusable(why) => bad_answer(why.clone()),
        Cause::Ended(ending, words) => ended(*ending, words, limits),
    }
}

/// The number is the worker's word, so that only numbers of forbidden calls mean anything.
fn refused(call: Option<u64>) -> String {
    match call.and_then(meaning_of_call) {
        Some((what, name)) => format!("{what} (the system call `{name}`)"),
        // The number of a call made while signals are blocked does not get out.
        None => "a forbidden system call, most likely starting a process".to_owned(),
    }
}

fn ended(ending: Ending, words: &str, limits: &Limits) -> Outcome {
    let signal = match ending {
        Ending::Exited(code) => return Outcome::Exited { code },
        Ending::Signalled(signal) => signal,
    };
    let out_of_memory = words.contains("memory allocation of ") && words.contains(" bytes failed");
    match signal {
        system::SIGABRT if out_of_memory => Outcome::OutOfMemory,
        // The kernel's own limit, behind ours.
        system::SIGXCPU => death(&Cause::TotalTime, limits),
        _ => Outcome::Crashed {
            signal,
            why: meaning(signal, words).to_owned(),
        },
    }
}

/// What tells more than the signal. The texts are ours: those of a process hold numbers that differ from run to run.
fn meaning(signal: i32, words: &str) -> &'static str {
    if words.contains("has overflowed its stack") {
        "has overflowed its stack"
    } else if words.contains("panicked while processing panic")
        || words.contains("panic in a destructor during cleanup")
    {
        "panicked while panicking"
    } else if signal == system::SIGKILL {
        "killed from outside the grader"
    } else {
        ""
    }
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use grader_abi::{Encoder, Function, Type};

    const LIMITS: Limits = Limits {
        call: Duration::from_millis(500),
        total: Duration::from_secs(30),
        memory: 1 << 29,
        stack: 8 << 20,
        output: 1 << 16,
        threads: 0,
    };

    fn crashed(signal: i32, why: &str) -> Outcome {
        let why = why.to_owned();
        Outcome::Crashed { signal, why }
    }

    #[test]
    fn an_ending_has_one_outcome() {
        use Ending::{Exited, Signalled};
        let overflow = "\nthread 'main' (12) has overflowed its stack\nfatal runtime error: stack overflow, aborting\n";
        let memory = "memory allocation of 1073741824 bytes failed\n";
        for (ending, words, outcome) in [
            (Exited(0), "", Outcome::Exited { code: 0 }),
            (Exited(3), memory, Outcome::Exited { code: 3 }),
            (Signalled(6), memory, Outcome::OutOfMemory),
            (Signalled(11), memory, crashed(11, "")),
            (Signalled(6), overflow, crashed(6, "has overflowed its stack")),
            (Signalled(6), "", crashed(6, "")),
            (Signalled(9), "", crashed(9, "killed from outside the grader")),
        ] {
            assert_eq!(
                death(&Cause::Ended(ending, words.to_owned()), &LIMITS),
                outcome,
                "{ending:?} {words}"
            );
        }
    }

    #[test]
    fn our_own_kills_say_what_ran_out() {
        for (cause, text) in [
            (
                Cause::CallTime,
                "timed out: no answer within 0.5 s of CPU time, or 5 s in all",
            ),
            (
                Cause::Asleep,
                "timed out: no answer within 0.5 s of CPU time, or 5 s in all",
            ),
            (Cause::TotalTime, "timed out: the 30 s for all calls were used up"),
            (Cause::Output, "was stopped by the sandbox: printing more than 64 MiB"),
            (
                Cause::TooLong(9000000),
                "gave no usable answer: an answer of 9000000 bytes, 8388608 are the most",
            ),
            (
                Cause::NotReady("no\n".to_owned()),
                "not graded, the grader failed: a worker did not get ready: no",
            ),
        ] {
            assert_eq!(death(&cause, &LIMITS).to_string(), text);
        }
    }

    #[test]
    fn a_reply_is_read_by_the_functions_type_and_by_no_other() {
        let signature = Signature {
            contract: "C".to_owned(),
            functions: vec![Function {
                name: "f".to_owned(),
                docs: String::new(),
                mutates: false,
                parameters: Vec::new(),
                returns: Type::F64,
            }],
        };
        let call = |function| Call {
            function,
            arguments: Vec::new(),
            fresh: true,
        };
        let encoded = |reply: Reply<'_>| {
            let mut encoder = Encoder::new();
            reply.encode(&mut encoder);
            encoder.into_bytes()
        };
        let nan = f64::from_bits(0x7ff8_0000_0000_1234);
        let returned = encoded(Reply::Returned(&nan.to_bits().to_le_bytes()));
        let Outcome::Returned(Value::Real(real)) = reply(&returned, &call(0), &signature) else {
            panic!("a number is returned");
        };
        assert_eq!(real.to_bits(), nan.to_bits());
        for bytes in [&[][..], &[0], &[0, 1, 2, 3], &[0; 10], &[77], &[1, 255, 255, 255, 255]] {
            let outcome = reply(bytes, &call(0), &signature);
            assert!(matches!(outcome, Outcome::BadAnswer { .. }), "{bytes:?}: {outcome}");
        }
        let forged = encoded(Reply::BadCall("mercy".to_owned()));
        assert!(matches!(
            reply(&forged, &call(0), &signature),
            Outcome::BadAnswer { .. }
        ));
        assert!(matches!(
            reply(&returned, &call(1), &signature),
            Outcome::HarnessFault { .. }
        ));
    }
}
