//! A check of a function that draws random numbers.

use super::super::check::StatisticsDocument;
use super::super::place::Path;
use super::super::problem::Problem;
use super::{Resolver, with};
use crate::expression::{Formula, Kind, Names};
use crate::plan::{Rule, Statistics};

/// The name of the seed, another one in each draw.
pub(super) const SEED: &str = "seed";
/// Without `draws`.
const DRAWS: u32 = 1000;
/// With fewer a mean is not yet normal.
const LEAST_DRAWS: u32 = 30;
const MOST_DRAWS: u32 = 20_000;
/// Without `sigmas`: chance exceeds these less than once in a million times.
const SIGMAS: f64 = 5.0;

impl Resolver<'_> {
    pub(super) fn statistics(&mut self, document: &StatisticsDocument, names: &Names, path: &Path) -> Option<Rule> {
        let before = self.problems.len();
        let of = self.asking(&document.of, names, &with(path, "of"));
        if let Some(of) = &of {
            self.is_drawn(of, path);
        }
        if document.mean.is_none() && document.variance.is_none() {
            let problem = Problem::at_key(path.clone(), "draws have a wanted `mean`, a `variance`, or both");
            self.problems.push(problem);
        }
        let mean = self.moment(document.mean.as_deref(), names, with(path, "mean"));
        let variance = self.moment(document.variance.as_deref(), names, with(path, "variance"));
        let draws = document.draws.unwrap_or(DRAWS);
        if !(LEAST_DRAWS..=MOST_DRAWS).contains(&draws) {
            let message = format!("from {LEAST_DRAWS} to {MOST_DRAWS} draws");
            self.problems.push(Problem::at(with(path, "draws"), message));
        }
        let sigmas = document.sigmas.unwrap_or(SIGMAS);
        if !(3.0..=10.0).contains(&sigmas) {
            let problem = Problem::at(with(path, "sigmas"), "from 3 to 10 standard errors");
            self.problems
                .push(problem.help("chance exceeds 3 once in 370 times, 5 less than once in a million"));
        }
        let seed = names.iter().rposition(|(name, _)| name == SEED);
        (self.problems.len() == before).then_some(Rule::Statistical(Statistics {
            of: of?,
            seed: seed?,
            mean,
            variance,
            draws,
            sigmas,
        }))
    }

    fn is_drawn(&mut self, of: &Formula, path: &Path) {
        let place = with(path, "of");
        if !of.kind.is_number() && of.kind != Kind::Bool {
            let message = format!("a draw is one number or bool, but this is {}", of.kind);
            self.problems.push(Problem::at(place, message));
        } else if !super::input::mentions(SEED, &of.text) {
            let message = format!("this does not use `{SEED}`, so that every draw is the same");
            let problem = Problem::at(place, message);
            self.problems.push(problem.help(format!(
                "pass `{SEED}` to the function; it is another integer in each draw"
            )));
        }
    }

    fn moment(&mut self, text: Option<&str>, names: &Names, path: Path) -> Option<Formula> {
        let formula = self.formula(text?, names, &path)?;
        if formula.sites > 0 || !formula.kind.is_number() {
            let message = format!("this is one number that calls nothing, but it is `{}`", formula.text);
            self.problems.push(Problem::at(path, message));
            return None;
        }
        Some(formula)
    }
}
