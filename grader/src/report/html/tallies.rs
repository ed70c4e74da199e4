//! Submissions, one after the other -> what is counted of them; no more is kept of each than its line in the table.

use std::collections::{BTreeMap, HashMap};

use super::line::Line;
use super::listing::{Failure, Key, key};
use super::overview::{CheckLine, ExerciseLine, Misconception, Overview, percent, tag};
use crate::report::{
    CheckReport, ExerciseHeader, ExerciseReport, Header, SubmissionReport, VerdictReport, VisibilityReport,
};

/// What is counted while the submissions go by.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    lines: Vec<Line>,
    checks: Vec<Tally>,
    positions: HashMap<(String, String), usize>,
    misconceptions: BTreeMap<(String, String), Misconception>,
    failures: HashMap<Key, Failure>,
    takeaways: HashMap<String, String>,
}

/// What is counted of a check.
#[derive(Debug)]
struct Tally {
    exercise: String,
    name: String,
    visibility: VisibilityReport,
    passed: usize,
    failed: usize,
    skipped: usize,
    ways: Vec<Key>,
}

impl Tallies {
    /// Counts a submission.
    pub(super) fn add(&mut self, report: &SubmissionReport) {
        let number = self.lines.len();
        self.lines.push(Line::new(report));
        for exercise in &report.exercises {
            if let Some(takeaway) = &exercise.takeaway {
                self.takeaways
                    .entry(exercise.id.clone())
                    .or_insert_with(|| takeaway.clone());
            }
            for check in &exercise.checks {
                self.add_check(number, exercise, check);
            }
        }
        for diagnosis in &report.diagnoses {
            let id = (diagnosis.function.clone(), diagnosis.id.clone());
            let misconception = self.misconceptions.entry(id).or_insert_with(|| Misconception {
                function: diagnosis.function.clone(),
                name: diagnosis.name.clone(),
                belief: diagnosis.misconception.clone(),
                hint: diagnosis.hint.clone(),
                certain: Vec::new(),
                doubtful: 0,
            });
            if diagnosis.certain {
                misconception.certain.push(number);
            } else {
                misconception.doubtful += 1;
            }
        }
    }

    /// The ways to fail, each with where it was first seen.
    pub(super) fn failures(&self) -> &HashMap<Key, Failure> {
        &self.failures
    }

    /// What there is to say of them all; the lines go with it.
    pub(super) fn overview(&mut self, header: &Header) -> Overview {
        let exercises = header.exercises.iter().map(|exercise| self.exercise(exercise));
        let exercises = exercises.filter(|exercise| !exercise.checks.is_empty()).collect();
        let misconceptions = self.misconceptions.values().cloned().collect();
        Overview::new(header, std::mem::take(&mut self.lines), exercises, misconceptions)
    }

    fn exercise(&self, exercise: &ExerciseHeader) -> ExerciseLine {
        let its = self.checks.iter().filter(|tally| tally.exercise == exercise.id);
        let checks: Vec<CheckLine> = its.map(|tally| tally.line(&exercise.title, &self.failures)).collect();
        let (passed, judged) = checks.iter().fold((0, 0), |(passed, judged), check| {
            (passed + check.passed, judged + check.judged)
        });
        ExerciseLine {
            title: exercise.title.clone(),
            takeaway: self.takeaways.get(&exercise.id).cloned(),
            percent: percent(passed, judged),
            checks,
        }
    }

    fn add_check(&mut self, number: usize, exercise: &ExerciseReport, check: &CheckReport) {
        let position = (exercise.id.clone(), check.id.clone());
        let index = *self.positions.entry(position).or_insert_with(|| {
            self.checks.push(Tally::of(exercise, check));
            self.checks.len() - 1
        });
        let tally = &mut self.checks[index];
        match check.verdict {
            VerdictReport::Pass => tally.passed += 1,
            VerdictReport::Fail | VerdictReport::Error => {
                tally.failed += 1;
                let key = key(exercise, check);
                let next = self.failures.len();
                let failure = self.failures.entry(key).or_insert_with(|| {
                    tally.ways.push(key);
                    Failure {
                        number: next,
                        first: number,
                        count: 0,
                    }
                });
                failure.count += 1;
            }
            VerdictReport::Skipped => tally.skipped += 1,
            VerdictReport::NotGraded => {}
        }
    }
}

impl Tally {
    fn of(exercise: &ExerciseReport, check: &CheckReport) -> Self {
        Self {
            exercise: exercise.id.clone(),
            name: check.name.clone(),
            visibility: check.visibility,
            passed: 0,
            failed: 0,
            skipped: 0,
            ways: Vec::new(),
        }
    }

    fn line(&self, exercise: &str, failures: &HashMap<Key, Failure>) -> CheckLine {
        let judged = self.passed + self.failed;
        let ways = self.ways.iter().filter_map(|key| failures.get(key).copied());
        // The first of several that are as frequent, so that the page is the same each time.
        let way = ways.rev().max_by_key(|failure| failure.count);
        CheckLine {
            exercise: exercise.to_owned(),
            name: self.name.clone(),
            tag: tag(self.visibility),
            passed: self.passed,
            judged,
            skipped: self.skipped,
            percent: percent(self.passed, judged),
            way: way.filter(|failure| failure.count > 1),
        }
    }
}
