//! The inputs of a check's cases, drawn from one of the seeds.

use grader_abi::Value;

use super::super::place::Path;
use super::super::problem::Problem;
use super::input::Inputs;
use super::{Resolver, with};
use crate::expression::size;
use crate::generate::{Case, Key, value_of};

/// How many values the inputs of a spec hold together.
const MAX_DRAWN: usize = 2_000_000;
/// How often the inputs of one case are drawn until its filter lets them through.
const MAX_ATTEMPTS: u32 = 200;

/// For what inputs are drawn: with the place and the name of each, all that decides them.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) seed: u64,
    pub(super) exercise: &'a str,
    pub(super) check: &'a str,
}

impl Resolver<'_> {
    /// The inputs of each case; fewer when something is wrong.
    pub(super) fn draw(&mut self, inputs: &Inputs, cases: u32, source: Source<'_>, path: &Path) -> Vec<Vec<Value>> {
        let mut drawn = Vec::new();
        for place in 0..cases {
            match self.case(inputs, place, cases, source, path) {
                Ok(values) => drawn.push(values),
                Err(problem) => {
                    self.problems.push(problem);
                    break;
                }
            }
        }
        drawn
    }

    fn case(
        &mut self,
        inputs: &Inputs,
        place: u32,
        cases: u32,
        source: Source<'_>,
        path: &Path,
    ) -> Result<Vec<Value>, Problem> {
        for attempt in 0..MAX_ATTEMPTS {
            let values = self.attempt(inputs, Case { place, attempt }, cases, source, path)?;
            self.drawn += values.iter().map(size).sum::<usize>();
            if self.drawn > MAX_DRAWN {
                let message = format!("with this the inputs of the spec are more than {MAX_DRAWN} values");
                let problem = Problem::at_key(with(path, "for_all"), message);
                return Err(problem.help("ask for shorter lists or for fewer `cases`"));
            }
            let Some(filter) = &inputs.filter else {
                return Ok(values);
            };
            match value_of(filter, &values, self.signature) {
                Ok(Value::Bool(true)) => return Ok(values),
                Ok(_) => {}
                Err(why) => return Err(Problem::at(with(path, "where"), format!("input {place}: {why}"))),
            }
        }
        let message = format!("this lets none of {MAX_ATTEMPTS} inputs through that were drawn for case {place}");
        let problem = Problem::at(with(path, "where"), message);
        Err(problem.help("draw what satisfies it: narrow the ranges in `for_all`, or build one name on another"))
    }

    fn attempt(
        &self,
        inputs: &Inputs,
        case: Case,
        cases: u32,
        source: Source<'_>,
        path: &Path,
    ) -> Result<Vec<Value>, Problem> {
        let mut values = inputs.given.clone();
        for (name, generator) in &inputs.generators {
            let Source { seed, exercise, check } = source;
            let key = Key {
                seed,
                exercise,
                check,
                name,
            };
            let value = generator.draw(case, cases, &values, self.signature, &key);
            values.push(value.map_err(|why| {
                let place = with(&with(path, "for_all"), name.as_str());
                Problem::at(place, format!("input {} cannot be drawn: {why}", case.place))
            })?);
        }
        Ok(values)
    }
}
