//! A job from its start to its end.

use std::io;
use std::time::Duration;

use super::PATIENCE;
use super::capture::{Capture, MAX_OUTPUT, Reading};
use super::child::{Child, Ending, Job, Usage, Wanted};

/// The shortest wait between two looks.
const SHORTEST: Duration = Duration::from_millis(5);

/// What a job may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// CPU time of the process itself; the wall clock may show [`PATIENCE`] times that.
    pub cpu: Duration,
    /// Bytes to keep of the beginning of each of stdout and stderr.
    pub keep: usize,
}

/// A limit at which a job was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// CPU time.
    Cpu,
    /// The clock on the wall.
    Wall,
    /// Bytes printed.
    Output,
}

/// A job that is over.
#[derive(Debug)]
pub struct Finished {
    /// Its own ending, or the limit at which it was killed.
    pub ending: Result<Ending, Limit>,
    /// What it used.
    pub usage: Usage,
    /// What it printed.
    pub stdout: Capture,
    /// What it printed for people.
    pub stderr: Capture,
}

/// Runs a job without any input.
///
/// # Errors
/// When the system cannot start it or cannot watch it.
pub fn run(job: &Job, limits: &Limits) -> io::Result<Finished> {
    let mut child = Child::spawn(job)?;
    child.stdin = None;
    let mut stdout = Capture::new(limits.keep);
    let mut stderr = Capture::new(limits.keep);
    let mut open = (true, true);
    let limit = loop {
        wait(&child, open, limits)?;
        let over = child.has_ended();
        open.0 = open.0 && stdout.read(&mut child.stdout) != Reading::Ended;
        open.1 = open.1 && stderr.read(&mut child.stderr) != Reading::Ended;
        let exceeded = exceeded(&child, stdout.total() + stderr.total(), limits);
        if over || exceeded.is_some() {
            break exceeded.filter(|_| !over);
        }
    };
    child.kill();
    stdout.read_rest(&mut child.stdout);
    stderr.read_rest(&mut child.stderr);
    let (ending, usage) = child.reap();
    Ok(Finished {
        ending: limit.map_or(Ok(ending), Err),
        usage,
        stdout,
        stderr,
    })
}

/// Waits until the child prints, ends, or can have reached a limit.
fn wait(child: &Child, open: (bool, bool), limits: &Limits) -> io::Result<()> {
    let wanted = Wanted {
        stdin: false,
        stdout: open.0,
        stderr: open.1,
    };
    // One thread cannot reach its CPU limit sooner than the wall clock does; several are noticed a little later.
    let left = limits.cpu.saturating_sub(child.cpu()).max(SHORTEST);
    child.wait(wanted, left)
}

fn exceeded(child: &Child, printed: u64, limits: &Limits) -> Option<Limit> {
    if child.cpu() >= limits.cpu {
        Some(Limit::Cpu)
    } else if child.own_age() >= limits.cpu.saturating_mul(PATIENCE) {
        Some(Limit::Wall)
    } else if printed > MAX_OUTPUT {
        Some(Limit::Output)
    } else {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, cpu: Duration) -> Finished {
        let job = Job {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("GREETING".into(), "hello".into())],
            folder: "/".into(),
        };
        run(&job, &Limits { cpu, keep: 100 }).unwrap()
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_job_ends_as_it_wants() {
        for (script, ending) in [
            ("exit 0", Ending::Exited(0)),
            ("exit 7", Ending::Exited(7)),
            ("kill -SEGV $$", Ending::Signalled(11)),
        ] {
            assert_eq!(shell(script, LONG).ending, Ok(ending), "{script}");
        }
    }

    #[test]
    fn a_job_sees_its_own_environment_only() {
        let finished = shell("echo $GREETING $HOME $USER; pwd >&2", LONG);
        assert_eq!(finished.stdout.text(), "hello\n");
        assert_eq!(finished.stderr.text(), "/\n");
    }

    #[test]
    fn a_loop_ends_at_the_cpu_limit_and_a_sleep_at_the_wall_limit() {
        let cpu = Duration::from_millis(100);
        assert_eq!(shell("while :; do :; done", cpu).ending, Err(Limit::Cpu));
        assert_eq!(shell("sleep 100", cpu).ending, Err(Limit::Wall));
    }

    #[test]
    fn what_is_printed_is_capped_and_in_the_end_fatal() {
        let finished = shell("head -c 1000000 /dev/zero", LONG);
        assert_eq!(finished.ending, Ok(Ending::Exited(0)));
        assert_eq!(
            (finished.stdout.head().len(), finished.stdout.total()),
            (100, 1_000_000)
        );
        assert_eq!(shell("cat /dev/zero", LONG).ending, Err(Limit::Output));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_background_process_does_not_hold_up_the_end_and_does_not_outlive_it() {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let finished = shell("sleep 100 & echo $!", LONG);
        assert!(finished.usage.wall < Duration::from_secs(50));
        let pid = finished.stdout.text().trim().parse().unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        // One that is gone already is as good.
        if let Ok(end) = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()) {
            let minute = Timespec { tv_sec: 60, tv_nsec: 0 };
            assert_eq!(poll(&mut [PollFd::new(&end, PollFlags::IN)], Some(&minute)), Ok(1));
        }
    }

    #[test]
    fn an_unknown_program_is_an_error() {
        let job = Job {
            program: "/no/such/program".into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: "/".into(),
        };
        assert!(run(&job, &Limits { cpu: LONG, keep: 0 }).is_err());
    }
}
