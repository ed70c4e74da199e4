//! What a program and everything that it starts cost: a command in, CPU time, time passed and peak memory out.

use std::io;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What something cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// CPU time of all processes, in seconds.
    pub(crate) cpu: f64,
    /// Time passed, in seconds.
    pub(crate) wall: f64,
}

/// Does something that waits for all the processes that it starts.
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (cpu, start) = (cpu_of_children(), Instant::now());
    let done = work();
    let cost = Cost {
        cpu: cpu_of_children() - cpu,
        wall: start.elapsed().as_secs_f64(),
    };
    (done, cost)
}

/// Runs a command, which has to succeed, and gives what it printed and the most memory that it held itself, in bytes.
pub(crate) fn run(command: &mut Command) -> io::Result<(Output, u64)> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let waiting = std::thread::spawn(move || child.wait_with_output());
    let mut peak = 0;
    while !waiting.is_finished() {
        peak = peak.max(high_water(&status));
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = waiting
        .join()
        .map_err(|_| io::Error::other("the waiting thread panicked"))??;
    if output.status.success() {
        Ok((output, peak))
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!("{command:?} failed: {said}")))
    }
}

/// Runs commands on so many threads.
pub(crate) fn run_all(commands: Vec<Command>, jobs: usize) -> io::Result<()> {
    let commands: Vec<_> = commands.into_iter().map(std::sync::Mutex::new).collect();
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<()> {
        while let Some(command) = commands.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut command = command.lock().map_err(|_| io::Error::other("a thread panicked"))?;
            let output = command.output()?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                return Err(io::Error::other(format!("{command:?} failed: {said}")));
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| io::Error::other("a thread panicked"))?)
    })
}

/// The most memory that a living process has held, in bytes.
fn high_water(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}

/// Seconds that all processes have used for which this one, or one that it has waited for, has waited.
fn cpu_of_children() -> f64 {
    // SAFETY: `rusage` is made of integers, for which zero is a value.
    let mut resources: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the call writes to the variable that it is given, which lives through it.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut resources) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    seconds(resources.ru_utime) + seconds(resources.ru_stime)
}
