//! The parent side: calls in, one outcome per call out, through as many worker processes as that takes.
//!
//! A [`Session`] streams calls to a worker and reads replies as they come. When a worker dies, the first call without a
//! reply is the one that it had in hand and gets the outcome; a fresh worker goes on with the calls after it. An instance
//! of a solution dies with its process: its later calls share the outcome. One whose worker was replaced through no fault
//! of its own is brought back by repeating its calls from the first.
//!
//! - `wave` says which calls are to be sent, `tally` which are not to be tried any more,
//! - `link` talks with one worker until its calls are answered or it dies; `greeting` reads what it says first,
//! - `judge` makes an outcome of a reply or of a death; `weight` limits how much of it all is kept,
//! - [`probe()`] finds out what this machine holds submissions back by.
//!
//! Must never: believe more of what a worker says after it is ready than that it is an answer; take anything for a
//! returned value but a reply that is one; send anything but calls.

mod clock;
mod greeting;
mod judge;
mod link;
mod probe;
mod tally;
mod wave;
mod weight;

pub use probe::{ProbeError, probe};

use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

use grader_abi::{Decoder, Encoder, Signature};
use grader_engine::{Call, Caller, Outcome};

use crate::sandbox::{Capture, Isolation, Usage};
use judge::{Cause, Death};
use link::{Link, Stop};
use tally::Tally;
use wave::{Going, Position, Wave};
use weight::Scales;

/// What a submission may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// CPU time of one call.
    pub call: Duration,
    /// CPU time of all workers of a session.
    pub total: Duration,
    /// Bytes of memory.
    pub memory: u64,
    /// Of that, bytes of the stack.
    pub stack: u64,
    /// Bytes that are kept of what it prints.
    pub output: usize,
    /// How many threads it may start, at least; with 0, none.
    pub threads: u32,
}

/// Where and how workers are started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The grader's own binary.
    pub grader: PathBuf,
    /// A folder for small files that live as long as a worker.
    pub scratch: PathBuf,
    /// What the submission may use.
    pub limits: Limits,
    /// Whether it has to be held back by all that there is.
    pub isolation: Isolation,
    /// The libraries that artifacts rely on, by their recipe.
    pub shared: Vec<PathBuf>,
}

/// What a session used and what its submission printed.
#[derive(Debug)]
pub struct Measured {
    /// CPU time and time passed of all workers together, and the largest peak of memory among them.
    pub usage: Usage,
    /// How many workers were started.
    pub workers: u32,
    /// What was printed, to stdout or stderr.
    pub output: Capture,
    /// Why the library cannot be used, if the first worker has found that out before any call.
    pub unusable: Option<String>,
}

/// Answers calls to one submission. It stays on one thread: a worker dies with the thread that started it.
#[derive(Debug)]
pub struct Session<'a> {
    artifact: &'a Path,
    signature: &'a Signature,
    /// The wire form of the signature, which every worker has to send.
    contract: Vec<u8>,
    settings: &'a Settings,
    link: Option<Link>,
    going: Going,
    tally: Tally,
    scales: Scales,
    measured: Measured,
    stays: PhantomData<*const ()>,
}

impl<'a> Session<'a> {
    /// A session without a worker yet.
    #[must_use]
    pub fn new(artifact: &'a Path, signature: &'a Signature, settings: &'a Settings) -> Self {
        let mut encoder = Encoder::new();
        signature.encode(&mut encoder);
        Self {
            artifact,
            signature,
            contract: encoder.into_bytes(),
            settings,
            link: None,
            going: Going::default(),
            tally: Tally::default(),
            scales: Scales::default(),
            measured: Measured {
                usage: Usage::default(),
                workers: 0,
                output: Capture::new(settings.limits.output),
                unusable: None,
            },
            stays: PhantomData,
        }
    }

    /// Ends the worker and says what the session used.
    #[must_use]
    pub fn finish(mut self) -> Measured {
        if let Some(link) = self.link.take() {
            self.dismiss(link);
        }
        self.measured
    }

    /// Sends what a wave still lacks, until every call is answered or the worker is dead.
    fn step(&mut self, wave: &mut Wave<'_>) {
        let mut link = match self.worker() {
            Ok(link) => link,
            Err(error) => {
                let why = format!("cannot start a worker: {error}");
                return wave.fail_all(&Outcome::HarnessFault { why });
            }
        };
        let queue = wave.queue(link.is_new());
        let calls: Vec<&Call> = queue.iter().map(|position| wave.call(*position)).collect();
        let mut outcomes = Vec::with_capacity(calls.len());
        let stop = link.run(&calls, Some(&self.contract), &mut |reply| {
            let outcome = judge::reply(reply, calls[outcomes.len()], self.signature);
            outcomes.push(self.scales.weigh(outcome));
        });
        let answered = outcomes.len();
        for (position, outcome) in queue.iter().zip(outcomes) {
            wave.answer(*position, outcome);
        }
        match stop {
            Stop::Blameless if link.is_sound() => self.link = Some(link),
            Stop::Blameless => self.dismiss(link),
            // Whoever kills a process from outside, such as a machine without memory, may not mean the submission.
            Stop::Dead(death) if death.cause.is_from_outside() && wave.retry(queue[answered]) => self.dismiss(link),
            Stop::Dead(death) => {
                self.bury(&death, queue[answered], wave);
                self.dismiss(link);
            }
        }
    }

    fn bury(&mut self, death: &Death, position: Position, wave: &mut Wave<'_>) {
        let outcome = judge::death(&death.cause, &self.settings.limits);
        if let Cause::Unusable(why) = &death.cause
            && self.measured.workers == 1
        {
            self.measured.unusable = Some(why.clone());
        }
        self.tally.count(wave.call(position).function, death, &outcome);
        wave.end_life(position, &outcome);
    }

    fn worker(&mut self) -> io::Result<Link> {
        match self.link.take() {
            Some(link) => Ok(link),
            None => {
                let link = Link::start(self.artifact, self.settings, self.measured.usage)?;
                self.measured.workers += 1;
                Ok(link)
            }
        }
    }

    /// Ends a worker and adds up what it used.
    fn dismiss(&mut self, link: Link) {
        let (usage, output) = link.end();
        let sum = &mut self.measured.usage;
        sum.cpu += usage.cpu;
        sum.wall += usage.wall;
        sum.waited += usage.waited;
        sum.peak_memory = sum.peak_memory.max(usage.peak_memory);
        self.measured.output.append(&output);
    }
}

impl Caller for Session<'_> {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        let going = std::mem::take(&mut self.going);
        let mut wave = Wave::new(going, calls);
        loop {
            wave.give_up(&self.tally);
            if wave.is_done() {
                break;
            }
            self.step(&mut wave);
        }
        let (outcomes, going) = wave.finish();
        self.going = going;
        outcomes
    }
}

/// Why an artifact has no signature.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// No worker could be started.
    #[error("cannot start a worker: {0}")]
    Start(#[from] io::Error),
    /// It does not load.
    #[error("the library does not load: it {0}")]
    Load(Outcome),
    /// It says something else.
    #[error("the library's signature cannot be read: {0}")]
    Read(#[from] grader_abi::WireError),
}

/// The signature of a built artifact, such as the reference's.
///
/// # Errors
/// When the artifact does not load or has none.
pub fn signature(artifact: &Path, settings: &Settings) -> Result<Signature, SignatureError> {
    let mut link = Link::start(artifact, settings, Usage::default())?;
    let bytes = link
        .load()
        .map_err(|death| SignatureError::Load(judge::death(&death.cause, &settings.limits)))?;
    Ok(Signature::decode(&mut Decoder::new(bytes))?)
}
