//! One worker, and the conversation with it.
//!
//! Takes a queue of calls, gives each reply as it comes, and stops when all are answered or the worker is dead. Calls are
//! written and replies and output read in one loop, so that neither side ever waits for the other while the other waits.

use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::time::Duration;

use grader_engine::Call;

use super::Settings;
use super::clock::{Clock, Stage, Times};
use super::greeting::{loaded, ready};
use super::judge::{Cause, Death};
use crate::sandbox::{
    Capture, Child, Ending, Isolation, Job, Level, MAX_OUTPUT, PATIENCE, Reading, Usage, Wanted, read_some, system,
};
use crate::worker::frame::{self, Frames, MAX_REPLY, TooLong};
use crate::worker::{Orders, Task, outbox};

/// Bytes that are prepared for the pipe, and taken from it, at once.
const BUFFER: usize = 64 << 10;

/// CPU time within which a worker gets ready. It takes a millisecond, and is not the submission's time.
const START: Duration = Duration::from_secs(10);

/// How many reads a dead worker's pipe is worth; it holds far less.
const MAX_DRAIN: usize = 64;

/// How a conversation stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// No call is to blame: all have their replies, or the worker was killed just after one had come after all.
    Blameless,
    /// The worker died in the first call without a reply.
    Dead(Death),
}

/// A worker and both ends of what is said.
#[derive(Debug)]
pub(super) struct Link {
    child: Child,
    outbox: outbox::Reader,
    clock: Clock,
    stage: Stage,
    /// What was prepared for the worker and is not written yet.
    outgoing: Vec<u8>,
    /// What came from the worker.
    frames: Frames,
    output: Capture,
    /// Which pipes still lead somewhere.
    open: Open,
    /// Bytes that came through the pipe.
    received: u64,
    /// Whether it has answered a call.
    is_new: bool,
    /// Whether it may be held back by less than all.
    isolation: Isolation,
    /// What it is held back by.
    level: Level,
    /// The wire form of the signature that the library sent.
    signature: Vec<u8>,
    over: Option<(Ending, Usage)>,
}

#[derive(Debug)]
struct Open {
    requests: bool,
    replies: bool,
    output: bool,
}

/// The calls of one conversation.
struct Queue<'a> {
    calls: &'a [&'a Call],
    /// How many were prepared for the pipe.
    sent: usize,
    /// The wire form of the signature that the library has to have, if that is known.
    contract: Option<&'a [u8]>,
    /// How many have their reply.
    answered: usize,
    /// Takes the replies.
    on_reply: &'a mut dyn FnMut(&[u8]),
}

/// Why the loop goes no further.
enum Break {
    /// The worker has ended by itself.
    Ended,
    /// It is to be killed.
    Kill(Cause),
}

impl Link {
    /// Starts a worker for this artifact; workers before it have used so much.
    pub(super) fn start(artifact: &Path, settings: &Settings, spent: Usage) -> io::Result<Self> {
        Self::start_for(Task::Serve, artifact, settings, spent)
    }

    /// Starts a worker that loads nothing and tries what no submission may do.
    pub(super) fn start_probe(settings: &Settings) -> io::Result<Self> {
        // Any file will do that a worker can open.
        Self::start_for(Task::Probe, &settings.grader, settings, Usage::default())
    }

    fn start_for(task: Task, artifact: &Path, settings: &Settings, spent: Usage) -> io::Result<Self> {
        let limits = settings.limits;
        let outbox = outbox::Reader::create(&settings.scratch)?;
        let orders = Orders {
            task,
            artifact: std::path::absolute(artifact)?,
            outbox: std::path::absolute(outbox.path())?,
            parent: std::process::id(),
            memory: limits.memory,
            stack: limits.stack,
            // Well behind our own limit, for a worker that has lost its grader.
            cpu: limits.total.saturating_mul(2).saturating_add(Duration::from_secs(1)),
            threads: limits.threads,
            isolation: settings.isolation,
            shared: settings.shared.clone(),
        };
        let child = Child::spawn(&Job {
            program: settings.grader.clone(),
            arguments: orders.arguments(),
            environment: Vec::new(),
            folder: "/".into(),
        })?;
        Ok(Self {
            child,
            outbox,
            clock: Clock::new(limits.call, limits.total, spent),
            stage: Stage::Starting,
            outgoing: Vec::with_capacity(BUFFER),
            frames: Frames::new(MAX_REPLY),
            output: Capture::new(limits.output),
            open: Open {
                requests: true,
                replies: true,
                output: true,
            },
            received: 0,
            is_new: true,
            isolation: settings.isolation,
            level: Level::default(),
            signature: Vec::new(),
            over: None,
        })
    }

    /// What holds it back, once it is ready.
    pub(super) fn level(&self) -> Level {
        self.level
    }

    /// Whether no call was answered yet.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether another conversation is possible: it lives, and has said no more than it was asked.
    pub(super) fn is_sound(&self) -> bool {
        self.over.is_none() && self.frames.is_empty()
    }

    /// Waits for the signature of the library.
    pub(super) fn load(&mut self) -> Result<&[u8], Death> {
        match self.run(&[], None, &mut |_| {}) {
            Stop::Blameless => Ok(&self.signature),
            Stop::Dead(death) => Err(death),
        }
    }

    /// Has these calls answered, in their order, by a library of this contract.
    pub(super) fn run(&mut self, calls: &[&Call], contract: Option<&[u8]>, on_reply: &mut dyn FnMut(&[u8])) -> Stop {
        let mut queue = Queue {
            calls,
            sent: 0,
            contract,
            answered: 0,
            on_reply,
        };
        self.clock.start(self.times());
        while !self.is_complete(&queue) {
            if let Err(end) = self.turn(&mut queue) {
                return self.conclude(end, &mut queue);
            }
        }
        self.is_new &= calls.is_empty();
        Stop::Blameless
    }

    /// Ends the worker and says what it used and printed.
    pub(super) fn end(mut self) -> (Usage, Capture) {
        let (_, usage) = self.reap();
        self.output.read_rest(&mut self.child.stderr);
        self.output.forget_thread_numbers();
        (usage, self.output)
    }

    fn is_complete(&self, queue: &Queue<'_>) -> bool {
        self.stage == Stage::Loaded && queue.answered == queue.calls.len()
    }

    /// Once around: waits for something to happen and deals with it.
    fn turn(&mut self, queue: &mut Queue<'_>) -> Result<(), Break> {
        self.prepare(queue);
        self.wait()
            .map_err(|error| Break::Kill(Cause::NotReady(format!("it cannot be watched: {error}"))))?;
        let has_ended = self.child.has_ended();
        self.write();
        self.open.replies = self.open.replies && self.receive() != Reading::Ended;
        self.take_frames(queue).map_err(Break::Kill)?;
        if self.open.output {
            self.open.output = self.output.read(&mut self.child.stderr) != Reading::Ended;
        }
        if has_ended {
            return Err(Break::Ended);
        }
        match self.exceeded() {
            Some(cause) => Err(Break::Kill(cause)),
            None => Ok(()),
        }
    }

    fn prepare(&mut self, queue: &mut Queue<'_>) {
        while self.outgoing.len() < BUFFER
            && let Some(call) = queue.calls.get(queue.sent)
        {
            frame::write_call(call, &mut self.outgoing);
            queue.sent += 1;
        }
    }

    fn wait(&self) -> io::Result<()> {
        let wanted = Wanted {
            stdin: self.open.requests && !self.outgoing.is_empty(),
            stdout: self.open.replies,
            stderr: self.open.output,
        };
        self.child.wait(wanted, self.clock.longest_wait(self.child.cpu()))
    }

    fn write(&mut self) {
        let Some(requests) = self.child.stdin.as_mut().filter(|_| self.open.requests) else {
            return;
        };
        if self.outgoing.is_empty() {
            return;
        }
        match requests.write(&self.outgoing) {
            Ok(count) => drop(self.outgoing.drain(..count)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            // It closed its end, so it will die or run into its limit.
            Err(_) => self.open.requests = false,
        }
    }

    fn receive(&mut self) -> Reading {
        let mut chunk = [0; BUFFER];
        let reading = read_some(&mut self.child.stdout, &mut chunk);
        if let Reading::Some(count) = reading {
            self.frames.push(&chunk[..count]);
            self.received += count as u64;
        }
        reading
    }

    fn take_frames(&mut self, queue: &mut Queue<'_>) -> Result<(), Cause> {
        while !self.is_complete(queue) {
            let frame = match self.frames.take() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(()),
                Err(TooLong(length)) => return Err(Cause::TooLong(length)),
            };
            match self.stage {
                Stage::Starting => {
                    self.level = ready(frame, self.isolation)?;
                    self.stage = Stage::Ready;
                }
                Stage::Ready => {
                    self.signature = loaded(frame, queue.contract)?.to_vec();
                    self.stage = Stage::Loaded;
                }
                Stage::Loaded if queue.answered == queue.sent => return Err(Cause::Unasked),
                Stage::Loaded => {
                    (queue.on_reply)(frame);
                    queue.answered += 1;
                }
            }
        }
        Ok(())
    }

    fn exceeded(&mut self) -> Option<Cause> {
        if self.output.total() > MAX_OUTPUT {
            return Some(Cause::Output);
        }
        let times = self.times();
        // Until a worker is ready, whatever it does is our doing.
        if self.stage == Stage::Starting {
            let is_late = times.cpu >= START || self.child.own_age() >= START * PATIENCE;
            return is_late.then(|| Cause::NotReady("it takes too long".to_owned()));
        }
        self.clock.check(self.stage, self.outbox.made(), times)
    }

    fn times(&self) -> Times {
        Times {
            cpu: self.child.cpu(),
            waited: self.child.waited(),
        }
    }

    /// Takes what the worker said before its end, and finds out what that was.
    fn conclude(&mut self, end: Break, queue: &mut Queue<'_>) -> Stop {
        let (ending, _) = self.reap();
        self.output.read_rest(&mut self.child.stderr);
        for _ in 0..MAX_DRAIN {
            if !matches!(self.receive(), Reading::Some(_)) {
                break;
            }
        }
        self.frames.push(&self.outbox.rest(self.received));
        let taken = self.take_frames(queue);
        if self.is_complete(queue) || self.was_too_hasty(&end, queue) {
            return Stop::Blameless;
        }
        let cause = match (end, taken) {
            (Break::Kill(cause), _) | (Break::Ended, Err(cause)) => cause,
            (Break::Ended, Ok(())) => self.own_end(ending),
        };
        Stop::Dead(Death {
            loaded: self.stage == Stage::Loaded,
            cause,
        })
    }

    /// Whether the call that used up its time was done when the kill came. There are never more such kills than replies,
    /// whatever a worker says about its progress.
    fn was_too_hasty(&self, end: &Break, queue: &Queue<'_>) -> bool {
        let for_time = matches!(end, Break::Kill(Cause::CallTime | Cause::Asleep));
        for_time && queue.answered > 0 && self.outbox.made() != self.clock.made()
    }

    fn reap(&mut self) -> (Ending, Usage) {
        *self.over.get_or_insert_with(|| self.child.reap())
    }

    fn own_end(&self, ending: Ending) -> Cause {
        let words = self.output.tail();
        match self.stage {
            Stage::Starting => Cause::NotReady(words),
            Stage::Ready | Stage::Loaded if ending == Ending::Signalled(system::SIGSYS) => {
                Cause::Refused(self.outbox.refused())
            }
            Stage::Ready | Stage::Loaded => Cause::Ended(ending, words),
        }
    }
}
