//! How far a run has come, on stderr: a bar on a terminal, plain lines with the same facts elsewhere, and a summary.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::report::{Row, Status, plural, points};

/// How many of the slowest submissions the summary names.
const SLOWEST: usize = 3;

/// How far a run has come.
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    count: usize,
    built: usize,
    from_cache: usize,
    unchanged: usize,
    /// How many went wrong in which way.
    wrong: BTreeMap<&'static str, usize>,
    /// The slowest, the slowest of them first.
    slowest: Vec<(Duration, String)>,
}

impl Progress {
    /// Of so many submissions.
    pub(super) fn new(count: usize) -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len}, {per_sec}, {eta} left{msg}");
        let bar = ProgressBar::new(count as u64).with_style(style.expect("the template is one"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            begun: Instant::now(),
            count,
            built: 0,
            from_cache: 0,
            unchanged: 0,
            wrong: BTreeMap::new(),
            slowest: Vec::new(),
        }
    }

    /// One was graded before and is the same still.
    pub(super) fn unchanged(&mut self) {
        self.unchanged += 1;
        self.bar.inc(1);
    }

    /// One is finished.
    pub(super) fn finished(&mut self, row: &Row, built: bool, passed: Duration) {
        *if built { &mut self.built } else { &mut self.from_cache } += 1;
        self.slowest.push((passed, row.id.clone()));
        self.slowest.sort_by(|a, b| b.cmp(a));
        self.slowest.truncate(SLOWEST);
        if let Some(wrong) = wrong(row) {
            *self.wrong.entry(wrong).or_default() += 1;
            self.bar.set_message(self.all_wrong());
        }
        self.bar.inc(1);
        if self.bar.is_hidden() {
            say(&self.line(row));
        } else if let Some(wrong) = wrong(row) {
            self.bar.suspend(|| say(&format!("{}: {wrong}", row.id)));
        }
    }

    /// The run is over; gives how many submissions are done.
    pub(super) fn end(&self) -> usize {
        self.bar.finish_and_clear();
        say(&self.summary());
        self.done()
    }

    fn done(&self) -> usize {
        self.built + self.from_cache + self.unchanged
    }

    fn line(&self, row: &Row) -> String {
        let (done, passed) = (self.done(), self.begun.elapsed().as_secs_f64());
        let made = (self.built + self.from_cache) as f64;
        let left = passed / made * (self.count - done) as f64;
        let score = row
            .score
            .map(|score| format!(": {} of {}", points(score.earned), points(score.possible)));
        format!(
            "graded {} ({done} of {}){}, {:.1}/s, {left:.0} s left{}",
            row.id,
            self.count,
            score.unwrap_or_default(),
            made / passed,
            self.all_wrong()
        )
    }

    fn all_wrong(&self) -> String {
        let each = self.wrong.iter().map(|(what, count)| format!(", {count} {what}"));
        each.collect()
    }

    fn summary(&self) -> String {
        let mut text = format!(
            "{} in {:.1} s: {} built, {} from the cache, {} unchanged",
            plural(self.done(), "submission"),
            self.begun.elapsed().as_secs_f64(),
            self.built,
            self.from_cache,
            self.unchanged
        );
        if !self.slowest.is_empty() {
            let each = self.slowest.iter();
            let each: Vec<String> = each
                .map(|(passed, id)| format!("{id} {:.1} s", passed.as_secs_f64()))
                .collect();
            text += &format!("; slowest: {}", each.join(", "));
        }
        text + &self.all_wrong()
    }
}

fn wrong(row: &Row) -> Option<&'static str> {
    match row.status {
        _ if row.fault.is_some() => Some("not graded again"),
        Status::Graded => None,
        Status::BuildFailed => Some("not compiling"),
        Status::Unusable => Some("unusable"),
        Status::NotGraded => Some("NOT GRADED"),
    }
}
