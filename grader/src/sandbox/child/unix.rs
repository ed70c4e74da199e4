//! A child as Unix has it: polled pipes, a process group, `wait4`.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::{Ending, Job, Usage, Wanted};

/// The longest wait where the system cannot wake us at a child's end.
const SHORT_WAIT: Duration = Duration::from_millis(5);

/// A child with pipes; dropping it kills its group and reaps it.
#[derive(Debug)]
pub struct Child {
    pid: Pid,
    started: Instant,
    reaped: bool,
    /// The most memory that this process had held when the child had started, in bytes.
    own_peak: u64,
    /// Readable once the child has ended, where the system has such a thing.
    end: Option<OwnedFd>,
    /// Writes to its stdin, without blocking.
    pub stdin: Option<ChildStdin>,
    /// Reads its stdout, without blocking.
    pub stdout: ChildStdout,
    /// Reads its stderr, without blocking.
    pub stderr: ChildStderr,
}

impl Child {
    /// Starts a job in a process group of its own. No end of a pipe on our side blocks.
    ///
    /// # Errors
    /// When the system cannot start it.
    pub fn spawn(job: &Job) -> io::Result<Self> {
        let mut command = Command::new(&job.program);
        command
            .args(&job.arguments)
            .env_clear()
            .envs(job.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&job.folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = command.spawn()?;
        let pid = Pid::from_child(&child);
        let child = Self {
            pid,
            started,
            reaped: false,
            own_peak: own_peak(),
            end: end_of(pid),
            stdin: child.stdin.take(),
            stdout: child.stdout.take().expect("stdout was piped"),
            stderr: child.stderr.take().expect("stderr was piped"),
        };
        let stdin = child.stdin.as_ref().expect("stdin was piped");
        for pipe in [stdin.as_fd(), child.stdout.as_fd(), child.stderr.as_fd()] {
            rustix::io::ioctl_fionbio(pipe, true)?;
        }
        Ok(child)
    }

    /// Waits for the child to end, for what is wanted of its pipes, or for so long.
    pub(crate) fn wait(&self, wanted: Wanted, longest: Duration) -> io::Result<()> {
        let mut fds = Vec::with_capacity(4);
        if let Some(stdin) = self.stdin.as_ref().filter(|_| wanted.stdin) {
            fds.push(PollFd::new(stdin, PollFlags::OUT));
        }
        if wanted.stdout {
            fds.push(PollFd::new(&self.stdout, PollFlags::IN));
        }
        if wanted.stderr {
            fds.push(PollFd::new(&self.stderr, PollFlags::IN));
        }
        fds.extend(self.end.as_ref().map(|end| PollFd::new(end, PollFlags::IN)));
        let longest = if self.end.is_some() {
            longest
        } else {
            longest.min(SHORT_WAIT)
        };
        let timeout = Timespec::try_from(longest).map_err(io::Error::other)?;
        match poll(&mut fds, Some(&timeout)) {
            // Being interrupted is as good as an event.
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it has ended. It stays to be reaped.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(rustix::process::waitid(WaitId::Pid(self.pid), look), Ok(None))
    }

    /// How long it has been running.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// CPU time used by all its threads until now; zero where the system does not tell.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        cpu_clock(self.pid).unwrap_or_default()
    }

    /// For how long it could have run until now while others did; zero where the system does not tell.
    #[must_use]
    pub fn waited(&self) -> Duration {
        waited(self.pid).unwrap_or_default()
    }

    /// How long it has been running or asleep.
    #[must_use]
    pub fn own_age(&self) -> Duration {
        self.age().saturating_sub(self.waited())
    }

    /// Ends the child and its whole group, now.
    pub fn kill(&mut self) {
        if self.reaped {
            return;
        }
        // The child first: it may have left its group. That either is gone already is no error.
        let _ = rustix::process::kill_process(self.pid, Signal::KILL);
        let _ = rustix::process::kill_process_group(self.pid, Signal::KILL);
    }

    /// Kills what is left of the group and takes the child's own ending.
    pub fn reap(&mut self) -> (Ending, Usage) {
        let peak_alive = peak_of(self.pid);
        let waited = self.waited();
        self.kill();
        self.reaped = true;
        let (status, resources) = wait4(self.pid);
        // Until it replaced its program, the child shared our memory, and the kernel counts ours as its peak.
        let peak_dead = Some(peak_memory(&resources)).filter(|peak| *peak > self.own_peak);
        let usage = Usage {
            cpu: duration(resources.ru_utime) + duration(resources.ru_stime),
            wall: self.age(),
            waited,
            peak_memory: peak_alive.or(peak_dead),
        };
        (ending(status), usage)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped {
            self.reap();
        }
    }
}

/// Bytes in the unit of `ru_maxrss`.
const MAXRSS_UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };

#[cfg(target_os = "linux")]
fn end_of(pid: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn end_of(_pid: Pid) -> Option<OwnedFd> {
    None
}

#[cfg(target_os = "linux")]
fn cpu_clock(pid: Pid) -> Option<Duration> {
    let mut clock = 0;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: both calls write to the one variable that they are given, which lives through them.
    let failed = unsafe {
        libc::clock_getcpuclockid(pid.as_raw_pid(), &mut clock) != 0 || libc::clock_gettime(clock, &mut time) != 0
    };
    (!failed).then(|| Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32))
}

#[cfg(not(target_os = "linux"))]
fn cpu_clock(_pid: Pid) -> Option<Duration> {
    None
}

/// The peak of a living process, which is the kernel's word too.
fn peak_of(pid: Pid) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_pid())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// The longest that a thread of a process has waited for a processor. Threads wait side by side, so that their sum could
/// outrun the clock.
fn waited(pid: Pid) -> Option<Duration> {
    let threads = std::fs::read_dir(format!("/proc/{}/task", pid.as_raw_pid())).ok()?;
    let files = threads.flatten().map(|thread| thread.path().join("schedstat"));
    files
        .filter_map(|file| waiting_time(&std::fs::read_to_string(file).ok()?))
        .max()
}

/// The second of three numbers, in nanoseconds.
fn waiting_time(schedstat: &str) -> Option<Duration> {
    let nanoseconds = schedstat.split_whitespace().nth(1)?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

fn peak_memory(resources: &libc::rusage) -> u64 {
    u64::try_from(resources.ru_maxrss).unwrap_or(0) * MAXRSS_UNIT
}

fn own_peak() -> u64 {
    // SAFETY: `rusage` is made of integers, for which zero is a value.
    let mut resources: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the call writes to the variable that it is given, which lives through it.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut resources) };
    peak_memory(&resources)
}

fn wait4(pid: Pid) -> (i32, libc::rusage) {
    let mut status = 0;
    // SAFETY: `rusage` is made of integers, for which zero is a value.
    let mut resources: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: the call writes to the two variables that it is given, which live through it.
        let waited = unsafe { libc::wait4(pid.as_raw_pid(), &mut status, 0, &mut resources) };
        let interrupted = waited < 0 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted;
        if !interrupted {
            assert_eq!(waited, pid.as_raw_pid(), "a child is reaped once, here");
            return (status, resources);
        }
    }
}

fn ending(status: i32) -> Ending {
    if libc::WIFSIGNALED(status) {
        Ending::Signalled(libc::WTERMSIG(status))
    } else {
        Ending::Exited(libc::WEXITSTATUS(status))
    }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::new(time.tv_sec.unsigned_abs(), 1000 * time.tv_usec.unsigned_abs() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_has_waited_what_the_kernel_says_in_second_place() {
        for (schedstat, waited) in [
            ("812345 1500000000 17\n", Some(Duration::from_millis(1500))),
            ("0 0 0\n", Some(Duration::ZERO)),
            ("812345", None),
            ("1 -1 1", None),
            ("", None),
        ] {
            assert_eq!(waiting_time(schedstat), waited, "{schedstat:?}");
        }
    }
}
