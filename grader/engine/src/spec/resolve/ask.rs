//! What a check and a step of a script have in common: the question, and how its answer is judged.

use super::super::check::{CheckDocument, Signs, StepDocument};
use crate::data::Data;

/// What is asked, by whichever of its keys, and what is said of the answer.
pub(super) struct Ask<'d> {
    /// The keys that ask something, with their expressions.
    pub(super) kinds: Vec<(&'static str, &'d str)>,
    pub(super) expect: Option<&'d Data>,
    pub(super) any_of: Option<&'d [Data]>,
    pub(super) unordered: bool,
    pub(super) up_to: Option<Signs>,
    pub(super) error: Option<&'d Data>,
}

impl<'d> Ask<'d> {
    pub(super) fn of_check(check: &'d CheckDocument) -> Self {
        Self {
            kinds: named([
                ("call", &check.call),
                ("holds", &check.holds),
                ("finite", &check.finite),
                ("panics", &check.panics),
                ("fails", &check.fails),
                ("do", &None),
            ]),
            expect: check.expect.as_ref(),
            any_of: check.any_of.as_deref(),
            unordered: check.unordered,
            up_to: check.up_to,
            error: check.error.as_ref(),
        }
    }

    pub(super) fn of_step(step: &'d StepDocument) -> Self {
        Self {
            kinds: named([
                ("call", &step.call),
                ("holds", &step.holds),
                ("finite", &step.finite),
                ("panics", &step.panics),
                ("fails", &step.fails),
                ("do", &step.run),
            ]),
            expect: step.expect.as_ref(),
            any_of: step.any_of.as_deref(),
            unordered: step.unordered,
            up_to: step.up_to,
            error: step.error.as_ref(),
        }
    }

    /// Its expressions, those among the data too.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let data = [self.expect, self.error].into_iter().flatten();
        let data = data.chain(self.any_of.into_iter().flatten());
        let data = data.filter_map(|data| expression(data).map(|(_, text)| text));
        let asked: Vec<&str> = self.kinds.iter().map(|(_, text)| *text).collect();
        asked.into_iter().chain(data)
    }

    /// The keys that go with another kind of question than this, and the one that they go with.
    pub(super) fn strangers(&self, kind: &str) -> Vec<(&'static str, &'static str)> {
        let said = [
            ("expect", "call", self.expect.is_some()),
            ("any_of", "call", self.any_of.is_some()),
            ("unordered", "call", self.unordered),
            ("up_to", "call", self.up_to.is_some()),
            ("error", "fails", self.error.is_some()),
        ];
        let strangers = said.into_iter().filter(|(_, with, said)| *said && *with != kind);
        strangers.map(|(key, with, _)| (key, with)).collect()
    }
}

fn named<'d>(kinds: [(&'static str, &'d Option<String>); 6]) -> Vec<(&'static str, &'d str)> {
    let named = kinds
        .into_iter()
        .filter_map(|(key, text)| Some((key, text.as_deref()?)));
    named.collect()
}

/// The expression that data is when it starts with `=`, and how many bytes stand before it.
pub(super) fn expression(data: &Data) -> Option<(usize, &str)> {
    let Data::Text(text) = data else { return None };
    let expression = text.strip_prefix('=')?.trim_start();
    Some((text.len() - expression.len(), expression))
}
