//! A child as Windows has it: pipes that threads read and write, and a job object. Tried under Wine, not tested on Windows.
//!
//! Between its start and its place in the job object, a child could start processes that are not in it. Those of the grader
//! itself do not: they load nothing and start nothing before they have their orders.

use std::io::{self, ErrorKind, Read, Write};
use std::os::windows::io::{AsHandle, AsRawHandle};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{
    EXCEPTION_ACCESS_VIOLATION, EXCEPTION_ILLEGAL_INSTRUCTION, EXCEPTION_STACK_OVERFLOW, WAIT_OBJECT_0,
};
use windows_sys::Win32::System::Threading::WaitForSingleObject;

use super::{Ending, Job, Usage, Wanted};
use crate::sandbox::job::JobObject;
use crate::sandbox::system::SIGABRT;

/// The longest wait, since a child's end does not wake us.
const SHORT_WAIT: Duration = Duration::from_millis(5);

/// How long what a dead child has left in its pipes may take to arrive.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Bytes that a thread moves at once.
const CHUNK: usize = 64 << 10;

/// Chunks that wait to be taken.
const CHUNKS: usize = 32;

/// How `abort` ends a process: `STATUS_STACK_BUFFER_OVERRUN`, which names an older reason.
const ABORTED: i32 = 0xc000_0409_u32.cast_signed();

/// The signals of a null write and of an illegal instruction.
const SIGSEGV: i32 = 11;
const SIGILL: i32 = 4;

/// A child with pipes; dropping it ends all that it has started and reaps it.
#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    job: JobObject,
    started: Instant,
    reaped: bool,
    wakes: Receiver<()>,
    /// Writes to its stdin, without blocking.
    pub stdin: Option<Input>,
    /// Reads its stdout, without blocking.
    pub stdout: Output,
    /// Reads its stderr, without blocking.
    pub stderr: Output,
}

impl Child {
    /// Starts a job in a job object of its own.
    ///
    /// # Errors
    /// When the system cannot start it.
    pub fn spawn(job: &Job) -> io::Result<Self> {
        let job_object = JobObject::new()?;
        let mut command = Command::new(&job.program);
        command
            .args(&job.arguments)
            .env_clear()
            .envs(job.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&job.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let mut process = command.spawn()?;
        let (wake, wakes) = sync_channel(1);
        let stdin = process.stdin.take().expect("stdin was piped");
        let stdout = process.stdout.take().expect("stdout was piped");
        let stderr = process.stderr.take().expect("stderr was piped");
        let child = Self {
            stdin: Some(Input::new(stdin, wake.clone())),
            stdout: Output::new(stdout, wake.clone()),
            stderr: Output::new(stderr, wake),
            process,
            job: job_object,
            started,
            reaped: false,
            wakes,
        };
        match child.job.add(child.process.as_handle()) {
            // One that has ended already is in no need of it.
            Err(error) if !child.has_ended() => Err(error),
            Ok(()) | Err(_) => Ok(child),
        }
    }

    /// Waits for what is wanted of the child's pipes, or for a short time.
    pub(crate) fn wait(&self, _wanted: Wanted, longest: Duration) -> io::Result<()> {
        // Whatever woke us, the caller looks at everything.
        let _ = self.wakes.recv_timeout(longest.min(SHORT_WAIT));
        Ok(())
    }

    /// Whether it has ended. It stays to be reaped.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        // SAFETY: the handle is open through the call.
        unsafe { WaitForSingleObject(self.process.as_raw_handle(), 0) == WAIT_OBJECT_0 }
    }

    /// How long it has been running.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// CPU time used until now by it and by all that it has started; zero where the system does not tell.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        self.job.cpu().unwrap_or_default()
    }

    /// Windows does not tell for how long it could have run while others did.
    #[must_use]
    pub fn waited(&self) -> Duration {
        Duration::ZERO
    }

    /// How long it has been running or asleep.
    #[must_use]
    pub fn own_age(&self) -> Duration {
        self.age()
    }

    /// Ends the child and all that it has started, now.
    pub fn kill(&mut self) {
        if self.reaped {
            return;
        }
        // That either is gone already is no error.
        let _ = self.process.kill();
        let _ = self.job.end();
    }

    /// Ends what is left of the job and takes the child's own ending.
    pub fn reap(&mut self) -> (Ending, Usage) {
        self.kill();
        self.reaped = true;
        for output in [&mut self.stdout, &mut self.stderr] {
            output.patience = LAST_WORDS;
        }
        let status = self.process.wait().expect("a child is reaped once, here");
        let usage = Usage {
            cpu: self.cpu(),
            wall: self.age(),
            waited: Duration::ZERO,
            peak_memory: self.job.peak_memory().ok(),
        };
        (ending(status.code().unwrap_or_default()), usage)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped {
            self.reap();
        }
    }
}

/// What a crash is known by.
fn ending(code: i32) -> Ending {
    match code {
        ABORTED => Ending::Signalled(SIGABRT),
        EXCEPTION_ACCESS_VIOLATION | EXCEPTION_STACK_OVERFLOW => Ending::Signalled(SIGSEGV),
        EXCEPTION_ILLEGAL_INSTRUCTION => Ending::Signalled(SIGILL),
        code => Ending::Exited(code),
    }
}

/// A pipe to a child, which a thread writes to.
#[derive(Debug)]
pub struct Input {
    chunks: SyncSender<Vec<u8>>,
}

impl Input {
    fn new(mut pipe: impl Write + Send + 'static, wake: SyncSender<()>) -> Self {
        let (chunks, to_write) = sync_channel::<Vec<u8>>(1);
        std::thread::spawn(move || {
            // Whoever closed the other end, the next write from here finds nobody who takes it.
            while let Ok(chunk) = to_write.recv()
                && pipe.write_all(&chunk).is_ok()
            {
                let _ = wake.try_send(());
            }
        });
        Self { chunks }
    }
}

impl Write for Input {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = &bytes[..bytes.len().min(CHUNK)];
        match self.chunks.try_send(chunk.to_vec()) {
            Ok(()) => Ok(chunk.len()),
            Err(TrySendError::Full(_)) => Err(ErrorKind::WouldBlock.into()),
            Err(TrySendError::Disconnected(_)) => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A pipe from a child, which a thread reads.
#[derive(Debug)]
pub struct Output {
    chunks: Receiver<Vec<u8>>,
    /// What of the last chunk was not taken yet.
    rest: Vec<u8>,
    /// How long to wait for a chunk.
    patience: Duration,
    wake: SyncSender<()>,
}

impl Output {
    fn new(mut pipe: impl Read + Send + 'static, wake: SyncSender<()>) -> Self {
        let (sender, chunks) = sync_channel(CHUNKS);
        let waker = wake.clone();
        std::thread::spawn(move || {
            let mut chunk = vec![0; CHUNK];
            while let Ok(count @ 1..) = pipe.read(&mut chunk)
                && sender.send(chunk[..count].to_vec()).is_ok()
            {
                let _ = waker.try_send(());
            }
        });
        Self {
            chunks,
            rest: Vec::new(),
            patience: Duration::ZERO,
            wake,
        }
    }

    fn next(&mut self) -> Result<Vec<u8>, TryRecvError> {
        if self.patience.is_zero() {
            return self.chunks.try_recv();
        }
        self.chunks
            .recv_timeout(self.patience)
            .map_err(|_| TryRecvError::Disconnected)
    }
}

impl Read for Output {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.rest = match self.next() {
                Ok(chunk) => chunk,
                Err(TryRecvError::Empty) => return Err(ErrorKind::WouldBlock.into()),
                Err(TryRecvError::Disconnected) => return Ok(0),
            };
        }
        // A child that prints line by line fills many small ones.
        while self.rest.len() < buffer.len()
            && let Ok(more) = self.chunks.try_recv()
        {
            self.rest.extend(more);
        }
        let count = self.rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        // There may be more, for which nobody will be woken again.
        let _ = self.wake.try_send(());
        Ok(count)
    }
}
