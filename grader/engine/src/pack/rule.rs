//! Rules, with their expressions as text.

use grader_abi::Signature;
use serde::{Deserialize, Serialize};

use crate::compare::UpTo;
use crate::data::Data;
use crate::expression::{Formula, Kind, Names};
use crate::plan::{Gradient, Rule, Statistics, Want};

/// The expressions of a rule as text; they are checked against the contract again when the file is read.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PackedRule {
    Call {
        formula: String,
        want: PackedWant,
        #[serde(default, skip_serializing_if = "is_nothing")]
        up_to: UpTo,
    },
    Holds(String),
    Gradient {
        of: String,
        wrt: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upstream: Option<String>,
        equals: String,
        step: f64,
    },
    Finite(String),
    Panics(String),
    Fails {
        formula: String,
        error: Option<PackedWant>,
    },
    Do(String),
    Script(Vec<PackedRule>),
    Statistical {
        of: String,
        seed: usize,
        mean: Option<String>,
        variance: Option<String>,
        draws: u32,
        sigmas: f64,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_nothing(up_to: &UpTo) -> bool {
    *up_to == UpTo::Nothing
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PackedWant {
    Reference,
    Value(Data),
    Formula(String),
    AnyOf(Vec<PackedWant>),
}

pub(super) fn pack_rule(rule: &Rule) -> PackedRule {
    let text = |formula: &Formula| formula.text.clone();
    match rule {
        Rule::Call { formula, want, up_to } => PackedRule::Call {
            formula: text(formula),
            want: pack_want(want),
            up_to: *up_to,
        },
        Rule::Holds(formula) => PackedRule::Holds(text(formula)),
        Rule::Gradient(gradient) => PackedRule::Gradient {
            of: text(&gradient.of),
            wrt: gradient.wrt,
            upstream: gradient.upstream.as_ref().map(text),
            equals: text(&gradient.equals),
            step: gradient.step,
        },
        Rule::Finite(formula) => PackedRule::Finite(text(formula)),
        Rule::Panics(formula) => PackedRule::Panics(text(formula)),
        Rule::Fails { formula, error } => PackedRule::Fails {
            formula: text(formula),
            error: error.as_ref().map(pack_want),
        },
        Rule::Do(formula) => PackedRule::Do(text(formula)),
        Rule::Script(steps) => PackedRule::Script(steps.iter().map(pack_rule).collect()),
        Rule::Statistical(rule) => PackedRule::Statistical {
            of: text(&rule.of),
            seed: rule.seed,
            mean: rule.mean.as_ref().map(text),
            variance: rule.variance.as_ref().map(text),
            draws: rule.draws,
            sigmas: rule.sigmas,
        },
    }
}

fn pack_want(want: &Want) -> PackedWant {
    match want {
        Want::Reference => PackedWant::Reference,
        Want::Value(value) => PackedWant::Value(value.into()),
        Want::Formula(formula) => PackedWant::Formula(formula.text.clone()),
        Want::AnyOf(wants) => PackedWant::AnyOf(wants.iter().map(pack_want).collect()),
    }
}

pub(super) fn unpack_rule(packed: PackedRule, names: &Names, signature: &Signature) -> Result<Rule, String> {
    let formula =
        |text: &str| Formula::new(text, names, signature).map_err(|error| format!("`{text}`: {}", error.message));
    Ok(match packed {
        PackedRule::Call {
            formula: text,
            want,
            up_to,
        } => {
            let formula = formula(&text)?;
            let want = unpack_want(want, &formula.kind, names, signature)?;
            Rule::Call { formula, want, up_to }
        }
        PackedRule::Holds(text) => Rule::Holds(formula(&text)?),
        PackedRule::Gradient {
            of,
            wrt,
            upstream,
            equals,
            step,
        } => {
            if wrt >= names.len() {
                return Err("the gradient's variable is not there".to_owned());
            }
            Rule::Gradient(Gradient {
                of: formula(&of)?,
                wrt,
                upstream: upstream.as_deref().map(formula).transpose()?,
                equals: formula(&equals)?,
                step,
            })
        }
        PackedRule::Finite(text) => Rule::Finite(formula(&text)?),
        PackedRule::Panics(text) => Rule::Panics(formula(&text)?),
        PackedRule::Fails { formula: text, error } => {
            let formula = formula(&text)?;
            let kind = formula.kind.error().cloned().unwrap_or(Kind::Unknown);
            let error = error.map(|error| unpack_want(error, &kind, names, signature));
            Rule::Fails {
                error: error.transpose()?,
                formula,
            }
        }
        PackedRule::Do(text) => Rule::Do(formula(&text)?),
        PackedRule::Script(steps) => {
            let steps = steps.into_iter().map(|step| unpack_rule(step, names, signature));
            Rule::Script(steps.collect::<Result<_, _>>()?)
        }
        PackedRule::Statistical { seed, .. } if seed >= names.len() => {
            return Err("the seed of the draws is not there".to_owned());
        }
        PackedRule::Statistical {
            of,
            seed,
            mean,
            variance,
            draws,
            sigmas,
        } => Rule::Statistical(Statistics {
            of: formula(&of)?,
            seed,
            mean: mean.as_deref().map(formula).transpose()?,
            variance: variance.as_deref().map(formula).transpose()?,
            draws,
            sigmas,
        }),
    })
}

fn unpack_want(packed: PackedWant, kind: &Kind, names: &Names, signature: &Signature) -> Result<Want, String> {
    Ok(match packed {
        PackedWant::Reference => Want::Reference,
        PackedWant::Value(data) => Want::Value(data.read(kind).map_err(|error| error.message)?),
        PackedWant::Formula(text) => {
            Want::Formula(Formula::new(&text, names, signature).map_err(|error| error.message)?)
        }
        PackedWant::AnyOf(wants) => {
            let wants = wants.into_iter().map(|want| unpack_want(want, kind, names, signature));
            Want::AnyOf(wants.collect::<Result<_, _>>()?)
        }
    })
}
