//! How long a call may take: CPU time, which a loaded machine does not lengthen, and far behind it the clock on the wall,
//! which stands still while the worker waits for a processor.
//!
//! A call's time starts when the one before it is done, as far as that can be seen from outside. Being seen late only
//! gives it more.

use std::time::{Duration, Instant};

use super::judge::Cause;
use crate::sandbox::{PATIENCE, Usage};

/// The shortest wait between two looks.
const SHORTEST: Duration = Duration::from_millis(1);

/// How far a worker has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It closes its doors.
    Starting,
    /// It loads the library.
    Ready,
    /// It answers calls.
    Loaded,
}

/// What the kernel says of a worker's times until now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Times {
    /// On a processor.
    pub(super) cpu: Duration,
    /// Waiting for one.
    pub(super) waited: Duration,
}

/// The times of one worker.
#[derive(Debug)]
pub(super) struct Clock {
    call: Duration,
    total: Duration,
    /// What workers before this one have used.
    spent: Usage,
    born: Instant,
    stage: Stage,
    /// Bytes of replies that the worker had made.
    made: u64,
    times_then: Times,
    then: Instant,
}

impl Clock {
    /// For a worker that starts now, after others have spent so much.
    pub(super) fn new(call: Duration, total: Duration, spent: Usage) -> Self {
        let now = Instant::now();
        Self {
            call,
            total,
            spent,
            born: now,
            stage: Stage::Starting,
            made: 0,
            times_then: Times::default(),
            then: now,
        }
    }

    /// A call starts now.
    pub(super) fn start(&mut self, times: Times) {
        self.times_then = times;
        self.then = Instant::now();
    }

    /// Bytes of replies at the last look.
    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// Takes a look: what has run out, if anything. Whatever is new starts a call's time anew.
    pub(super) fn check(&mut self, stage: Stage, made: u64, times: Times) -> Option<Cause> {
        if (self.stage, self.made) != (stage, made) {
            (self.stage, self.made) = (stage, made);
            self.start(times);
        }
        let of_all = self.spent.wall.saturating_add(self.born.elapsed());
        let of_all = of_all.saturating_sub(self.spent.waited.saturating_add(times.waited));
        let waited = times.waited.saturating_sub(self.times_then.waited);
        let of_call = self.then.elapsed().saturating_sub(waited);
        if self.spent.cpu.saturating_add(times.cpu) >= self.total || of_all >= self.total.saturating_mul(PATIENCE) {
            Some(Cause::TotalTime)
        } else if times.cpu.saturating_sub(self.times_then.cpu) >= self.call {
            Some(Cause::CallTime)
        } else if of_call >= self.call.saturating_mul(PATIENCE) {
            Some(Cause::Asleep)
        } else {
            None
        }
    }

    /// How long nothing can run out, but at most a part of a call's time, so that its end is seen soon.
    pub(super) fn longest_wait(&self, cpu: Duration) -> Duration {
        let of_call = self.call.saturating_sub(cpu.saturating_sub(self.times_then.cpu));
        let of_all = self.total.saturating_sub(self.spent.cpu.saturating_add(cpu));
        of_call.min(of_all).min(self.call / 4).max(SHORTEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn cpu(milliseconds: u64) -> Times {
        Times {
            cpu: MS(milliseconds),
            waited: Duration::ZERO,
        }
    }

    #[test]
    fn a_call_has_its_time_from_where_the_one_before_it_ended() {
        let mut clock = Clock::new(MS(100), MS(10_000), Usage::default());
        for (made, used, cause) in [
            (0, 0, None),
            (0, 99, None),
            (1, 150, None),
            (1, 249, None),
            (2, 249, None),
            (2, 349, Some(Cause::CallTime)),
        ] {
            assert_eq!(clock.check(Stage::Loaded, made, cpu(used)), cause, "at {used} ms");
        }
    }

    #[test]
    fn all_workers_share_the_total() {
        let spent = |cpu, wall| Usage {
            cpu: MS(cpu),
            wall: MS(wall),
            waited: Duration::ZERO,
            peak_memory: None,
        };
        let mut clock = Clock::new(MS(100), MS(1000), spent(940, 0));
        assert_eq!(clock.check(Stage::Ready, 0, cpu(59)), None);
        assert_eq!(clock.check(Stage::Ready, 0, cpu(60)), Some(Cause::TotalTime));
        let mut clock = Clock::new(MS(100), MS(1000), spent(0, 10_000));
        assert_eq!(clock.check(Stage::Ready, 0, cpu(0)), Some(Cause::TotalTime));
    }

    #[test]
    fn a_call_that_sleeps_is_given_up_by_the_clock_on_the_wall() {
        let mut clock = Clock::new(Duration::ZERO, MS(10_000), Usage::default());
        clock.call = Duration::from_nanos(1);
        clock.start(cpu(0));
        assert_eq!(clock.check(Stage::Starting, 0, cpu(0)), Some(Cause::Asleep));
    }

    #[test]
    fn a_worker_that_waits_for_a_processor_is_not_asleep() {
        let minute = Duration::from_secs(60);
        let waited = |waited| Times {
            waited,
            ..Times::default()
        };
        let check = |now: Times, spent: Usage, total: u64| {
            let mut clock = Clock::new(Duration::from_nanos(1), MS(total), spent);
            clock.check(Stage::Starting, 0, now)
        };
        let fresh = Usage::default();
        assert_eq!(check(waited(minute), fresh, 1000), None);
        assert_eq!(check(waited(Duration::ZERO), fresh, 1000), Some(Cause::Asleep));
        // Of all calls together, too, also in the workers before.
        let spent = |waited| Usage {
            wall: minute,
            waited,
            ..fresh
        };
        assert_eq!(check(waited(minute), spent(minute), 1000), None);
        assert_eq!(check(waited(MS(10)), spent(MS(49_000)), 1000), Some(Cause::TotalTime));
        // Only what it waited since the call began is not the call's.
        let mut clock = Clock::new(Duration::from_nanos(1), minute, fresh);
        clock.start(waited(minute));
        assert_eq!(clock.check(Stage::Starting, 0, waited(minute)), Some(Cause::Asleep));
    }

    #[test]
    fn a_look_is_never_later_than_the_end_of_a_time_and_never_at_once() {
        let mut clock = Clock::new(MS(100), MS(1000), Usage::default());
        for (cpu, longest) in [(0, 25), (75, 25), (90, 10), (99, 1), (100, 1), (500, 1)] {
            assert_eq!(clock.longest_wait(MS(cpu)), MS(longest), "at {cpu} ms");
        }
        clock.start(cpu(990));
        assert_eq!(clock.longest_wait(MS(990)), MS(10));
    }
}
