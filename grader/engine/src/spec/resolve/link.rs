//! What connects checks: prerequisites, and the company of those that prove little alone.

use std::collections::HashMap;

use super::super::problem::Problem;
use super::{Resolver, with};
use crate::expression::did_you_mean;
use crate::plan::{Check, Visibility};

impl Resolver<'_> {
    /// What a check requires comes before it, and a visible check requires no hidden one.
    pub(super) fn requirements(&mut self) {
        let ids: Vec<String> = self.checks.iter().map(|check| self.full_id(check)).collect();
        // Of an id that comes twice, which is told elsewhere, the first is meant.
        let places: HashMap<&str, usize> = ids
            .iter()
            .enumerate()
            .rev()
            .map(|(place, id)| (id.as_str(), place))
            .collect();
        for index in 0..self.checks.len() {
            let (path, document) = self.sources[index].clone();
            for (number, required) in document.requires.iter().enumerate() {
                let place = with(&with(&path, "requires"), number);
                match self.required(index, required, &places) {
                    Ok(found) => self.checks[index].requires.extend(found),
                    Err(problem) => {
                        let problem =
                            Problem::at(place, problem).help("`exercise/check`, or `check` within the same exercise");
                        if !self.problems.contains(&problem) {
                            self.problems.push(problem);
                        }
                    }
                }
            }
        }
    }

    fn full_id(&self, check: &Check) -> String {
        format!("{}/{}", self.document.exercises[check.exercise].id, check.id)
    }

    fn required(&self, index: usize, required: &str, places: &HashMap<&str, usize>) -> Result<Option<usize>, String> {
        let check = &self.checks[index];
        let exercise_id = &self.document.exercises[check.exercise].id;
        let full = if required.contains('/') {
            required.to_owned()
        } else {
            format!("{exercise_id}/{required}")
        };
        if self.broken.contains(&full) {
            return Ok(None);
        }
        let found = places.get(full.as_str()).copied().ok_or_else(|| {
            let near = did_you_mean(&full, places.keys().copied()).map_or(String::new(), |near| format!("; {near}"));
            format!("there is no check `{full}`{near}")
        })?;
        if found >= index {
            return Err(format!("`{full}` must come before the check that requires it"));
        }
        let hidden = |index: usize| self.checks[index].visibility == Visibility::Hidden;
        if hidden(found) && !hidden(index) {
            return Err(format!(
                "`{full}` is hidden, and a check that students see cannot require it"
            ));
        }
        Ok(Some(found))
    }

    /// `finite` and `panics` prove little alone: beside each stands a value check of its function that students see as well.
    pub(super) fn company(&mut self) {
        for index in 0..self.checks.len() {
            let check = &self.checks[index];
            if !check.rule.needs_company() {
                continue;
            }
            let functions = check.rule.student_functions();
            let hidden = check.visibility == Visibility::Hidden;
            let beside: Vec<usize> = (0..self.checks.len())
                .filter(|other| self.stands_beside(&self.checks[*other], &functions, hidden))
                .collect();
            if beside.is_empty() {
                let (path, _) = &self.sources[index];
                let name = functions.first().map_or("", |function| {
                    self.signature.functions[*function as usize].name.as_str()
                });
                let problem = Problem::at(
                    with(path, "name"),
                    format!(
                        "this counts only beside a value check of `{name}`, and there is none that students see as well"
                    ),
                );
                self.problems
                    .push(problem.help(format!("add a check such as `call: {name}(…)`")));
            }
            self.checks[index].beside = beside;
        }
    }

    fn stands_beside(&self, other: &Check, functions: &[u32], hidden: bool) -> bool {
        let seen = hidden || other.visibility != Visibility::Hidden;
        let asks = || {
            let asked = other.rule.student_functions();
            asked.iter().any(|function| functions.contains(function))
        };
        seen && other.rule.compares_values() && asks()
    }
}
