//! Verdicts -> what people read. The only place that decides what a student may see.
//!
//! Of a public check a student sees everything; of a named one its name and verdict; of a hidden one nothing but its share
//! in one line per exercise: no name, value, message or hint.

#![warn(clippy::wildcard_enum_match_arm)]

use std::fmt::Write;

use crate::compare::UpTo;
use crate::outcome::Outcome;
use crate::plan::{Check, Plan, Rule, Visibility, Want};
use crate::score::{Scored, hidden_score};
use crate::show::show;
use crate::verdict::{Judged, Verdict};

/// What a student may read about a check; nothing when it passed or is hidden.
#[must_use]
pub fn for_student(check: &Check, judged: &Judged) -> Option<String> {
    match (check.visibility, &judged.verdict) {
        (Visibility::Hidden, _) | (_, Verdict::Pass) => None,
        (Visibility::Named, verdict) => Some(named(verdict)),
        (Visibility::Public, verdict) if is_wrong(verdict) => Some(with_hint(detail(check, judged), check)),
        (Visibility::Public, _) => Some(detail(check, judged)),
    }
}

/// What an instructor reads about a check; nothing when it passed.
#[must_use]
pub fn for_instructor(check: &Check, judged: &Judged) -> Option<String> {
    (!judged.verdict.is_pass()).then(|| detail(check, judged))
}

/// All that a student sees of an exercise's hidden checks: how many there are and what they earned.
#[must_use]
pub fn hidden_line(plan: &Plan, exercise: usize, scored: &Scored) -> Option<String> {
    let (count, score) = hidden_score(plan, exercise, scored);
    let checks = if count == 1 { "check" } else { "checks" };
    (count > 0).then(|| format!("{count} hidden {checks}: {score} points"))
}

fn named(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail { .. } => "failed",
        Verdict::Error { .. } => "failed with an error",
        Verdict::Skipped { .. } => "skipped",
        Verdict::NotGraded { .. } => "not graded, and no fault of yours",
    }
    .to_owned()
}

/// Whether there is an answer to say something about. What is not written yet or was not looked at needs no hint.
fn is_wrong(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Error { outcome, .. } => *outcome != Outcome::NotImplemented,
        Verdict::Fail { .. } => true,
        Verdict::Pass | Verdict::Skipped { .. } | Verdict::NotGraded { .. } => false,
    }
}

fn with_hint(mut text: String, check: &Check) -> String {
    if let Some(hint) = &check.hint {
        let _ = write!(text, "\nhint: {hint}");
    }
    text
}

/// The counterexample in full.
fn detail(check: &Check, judged: &Judged) -> String {
    match &judged.verdict {
        Verdict::Pass => "passed".to_owned(),
        Verdict::Error {
            outcome: Outcome::NotImplemented,
            ..
        } => "not implemented".to_owned(),
        Verdict::Skipped { why } => format!("skipped: {why}"),
        Verdict::NotGraded { why } => format!("not graded, and no fault of the submission: {why}"),
        Verdict::Fail { why } => lines(check, judged, why),
        Verdict::Error { call, outcome } => lines(check, judged, &format!("{call} {outcome}")),
    }
}

fn lines(check: &Check, judged: &Judged, why: &str) -> String {
    let observed = &judged.observed;
    let mut text = statement(&check.rule);
    for (name, value) in &observed.inputs {
        let _ = write!(text, "\n  with {name} = {}", show(value));
    }
    let (got, want) = words(&check.rule);
    if let Some(value) = &observed.got {
        let _ = write!(text, "\n  {got} {}", show(value));
    }
    if let Some(value) = &observed.want {
        let _ = write!(text, "\n  {want} {}", show(value));
    }
    let _ = write!(text, "\n  {why}");
    if judged.cases > 1 {
        let _ = write!(
            text,
            "\n  {} of {} inputs fail; this is the first",
            judged.failing.max(1),
            judged.cases
        );
    }
    text
}

/// What the check says, in the words of the spec.
fn statement(rule: &Rule) -> String {
    match rule {
        Rule::Call { formula, want, up_to } => {
            let text = &formula.text;
            let widened = widened(*up_to);
            match want {
                Want::Formula(want) => format!("{text} should be {}{widened}", want.text),
                Want::Reference | Want::Value(_) | Want::AnyOf(_) => format!("{text}{widened}"),
            }
        }
        Rule::Holds(formula) | Rule::Do(formula) => formula.text.clone(),
        Rule::Gradient(gradient) => {
            let of = gradient.of.text.replace("reference.", "");
            let upstream = gradient.upstream.as_ref();
            let weighted = upstream.map_or(String::new(), |upstream| format!(" weighted by {}", upstream.text));
            format!("{} should be the derivative of {of}{weighted}", gradient.equals.text)
        }
        Rule::Finite(formula) => format!("{} should be finite", formula.text),
        Rule::Panics(formula) => format!("{} should panic", formula.text),
        Rule::Fails { formula, .. } => format!("{} should fail", formula.text),
        Rule::Statistical(rule) => {
            let mean = rule.mean.as_ref().map(|mean| format!("mean {}", mean.text));
            let variance = rule
                .variance
                .as_ref()
                .map(|variance| format!("variance {}", variance.text));
            let moments: Vec<String> = mean.into_iter().chain(variance).collect();
            format!("{} should have {}", rule.of.text, moments.join(" and "))
        }
        Rule::Script(steps) => {
            let steps = steps.iter().enumerate();
            let steps = steps.map(|(index, step)| format!("{}. {}", index + 1, statement(step)));
            steps.collect::<Vec<_>>().join("\n")
        }
    }
}

fn widened(up_to: UpTo) -> &'static str {
    match up_to {
        UpTo::Nothing => "",
        UpTo::Order => ", in any order",
        UpTo::Sign => ", up to its sign",
        UpTo::RowSigns => ", up to the sign of each row",
        UpTo::ColumnSigns => ", up to the sign of each column",
    }
}

/// What the two values are called; the words are of one width, so that the values align.
fn words(rule: &Rule) -> (&'static str, &'static str) {
    match rule {
        Rule::Call {
            want: Want::AnyOf(_), ..
        } => ("got          ", "wanted one of"),
        Rule::Holds(_) => ("left  is", "right is"),
        Rule::Call { .. }
        | Rule::Finite(_)
        | Rule::Panics(_)
        | Rule::Fails { .. }
        | Rule::Do(_)
        | Rule::Script(_)
        | Rule::Statistical(_) => ("got   ", "wanted"),
        Rule::Gradient(_) => ("got               ", "finite differences"),
    }
}
