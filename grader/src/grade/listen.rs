//! The checks of one phase, put to an artifact, while somebody listens.

use std::path::Path;

use grader_engine::{Call, Caller, Judged, Outcome, Phase, Plan, Recording, ReferenceAnswers};

use crate::assignment::{Assignment, Openings};
use crate::session::{Measured, Session, Settings};

/// What is asked, and how the answers are judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Questions<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) answers: &'a ReferenceAnswers,
    pub(crate) settings: &'a Settings,
    pub(crate) openings: &'a Openings,
}

/// What came of it.
pub(crate) struct Heard {
    pub(crate) judged: Vec<Judged>,
    pub(crate) measured: Measured,
    pub(crate) listener: Listener,
}

/// What is noted of the answers.
#[derive(Debug)]
pub(crate) struct Listener {
    /// Whether all calls ended in a way that can be expected again.
    pub(crate) settled: bool,
    /// All calls and their outcomes, where they matter.
    all: Option<(Vec<Call>, Vec<Outcome>)>,
}

impl<'a> Questions<'a> {
    /// The assignment's own.
    pub(crate) fn of(assignment: &'a Assignment) -> Self {
        Self {
            plan: &assignment.plan,
            answers: &assignment.answers,
            settings: &assignment.settings,
            openings: &assignment.openings,
        }
    }

    /// Puts the checks of a phase to an artifact, in a session of its own.
    pub(crate) fn put(&self, phase: Phase, artifact: &Path, mut listener: Listener) -> Heard {
        let mut session = Session::new(artifact, &self.plan.signature, self.settings);
        let mut listening = Listening {
            session: &mut session,
            listener: &mut listener,
        };
        let opening = self.openings.of(phase, self.plan, self.answers);
        let judged = opening.judge(self.plan, self.answers, &mut listening);
        Heard {
            judged,
            measured: session.finish(),
            listener,
        }
    }
}

impl Default for Listener {
    /// One that notes only whether all is settled.
    fn default() -> Self {
        Self {
            settled: true,
            all: None,
        }
    }
}

impl Listener {
    /// One that notes everything.
    pub(crate) fn recording() -> Self {
        Self {
            settled: true,
            all: Some((Vec::new(), Vec::new())),
        }
    }

    /// What was noted.
    pub(crate) fn recording_of_all(&self) -> Recording {
        let all = self.all.as_ref();
        all.map_or_else(Recording::default, |(calls, outcomes)| Recording::new(calls, outcomes))
    }
}

struct Listening<'a, 'b> {
    session: &'a mut Session<'b>,
    listener: &'a mut Listener,
}

impl Caller for Listening<'_, '_> {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        let outcomes = self.session.answer(calls);
        self.listener.settled &= outcomes.iter().all(Outcome::is_settled);
        if let Some((asked, answered)) = &mut self.listener.all {
            asked.extend_from_slice(calls);
            answered.extend_from_slice(&outcomes);
        }
        outcomes
    }
}
