//! A plan's public part <-> `checks.json`: the public checks, their cases and what the reference answers.
//!
//! The file is all that a student's `cargo test` reads, and all that a grader needs beside the template and the contract to
//! grade the public part where nothing else may be, as in a student's repository. Must never contain anything of a check
//! that is not public, nor the secret seed.

#![warn(clippy::wildcard_enum_match_arm)]

mod conditions;
mod rule;

use std::collections::BTreeMap;

use grader_abi::{Signature, Value};
use serde::{Deserialize, Serialize};

use crate::check::ReferenceAnswers;
use crate::compare::Tolerance;
use crate::data::Data;
use crate::expression::{Kind, Names};
use crate::outcome::Outcome;
use crate::plan::{Check, Exercise, Plan, Visibility};
use crate::score::Points;
pub use conditions::{Conditions, UnsafeCode};
use conditions::{read_signature, signature_text, write_signature};
use rule::{PackedRule, pack_rule, unpack_rule};

/// The version of the file.
const SCHEMA: &str = "grader/checks/v1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Packed {
    schema: String,
    assignment: String,
    #[serde(serialize_with = "write_signature", deserialize_with = "read_signature")]
    signature: Signature,
    conditions: Conditions,
    exercises: Vec<Exercise>,
    checks: Vec<PackedCheck>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackedCheck {
    exercise: usize,
    id: String,
    name: String,
    rule: PackedRule,
    names: Vec<(String, String)>,
    tolerance: Tolerance,
    deterministic: bool,
    points: Points,
    hint: Option<String>,
    requires: Vec<usize>,
    beside: Vec<usize>,
    cases: Vec<PackedCase>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackedCase {
    inputs: Vec<Data>,
    /// The reference's answers by site; null where it is not asked.
    reference: Vec<Option<PackedAnswer>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PackedAnswer {
    Returned { kind: String, value: Data },
    Panicked,
}

/// The text of `checks.json`.
///
/// # Errors
/// When the reference neither returned nor panicked in a public check.
pub fn pack(plan: &Plan, reference: &ReferenceAnswers, conditions: &Conditions) -> Result<String, String> {
    let public: Vec<usize> = (0..plan.checks.len())
        .filter(|index| plan.checks[*index].visibility == Visibility::Public)
        .collect();
    let places: BTreeMap<usize, usize> = public.iter().enumerate().map(|(at, index)| (*index, at)).collect();
    let checks = public.iter().map(|index| {
        pack_check(
            &plan.checks[*index],
            reference.checks.get(index).map_or(&[], Vec::as_slice),
            &places,
        )
        .map_err(|why| format!("{}: {why}", plan.full_id(*index)))
    });
    let packed = Packed {
        schema: SCHEMA.to_owned(),
        assignment: plan.assignment.clone(),
        signature: plan.signature.clone(),
        conditions: conditions.clone(),
        exercises: plan.exercises.clone(),
        checks: checks.collect::<Result<_, _>>()?,
    };
    lines(&packed)
}

/// One line per check, so that a change of one check is a change of one line.
fn lines(packed: &Packed) -> Result<String, String> {
    let json = |value: serde_json::Result<String>| value.map_err(|error| error.to_string());
    let checks = packed.checks.iter().map(|check| json(serde_json::to_string(check)));
    let checks = checks.collect::<Result<Vec<_>, _>>()?.join(",\n");
    let exercises = packed
        .exercises
        .iter()
        .map(|exercise| json(serde_json::to_string(exercise)));
    let exercises = exercises.collect::<Result<Vec<_>, _>>()?.join(",\n");
    let assignment = json(serde_json::to_string(&packed.assignment))?;
    let conditions = json(serde_json::to_string(&packed.conditions))?;
    let signature = signature_text(&packed.signature);
    let schema = &packed.schema;
    Ok(format!(
        "{{\"schema\":\"{schema}\",\"assignment\":{assignment},\"signature\":\"{signature}\",\n\
         \"conditions\":{conditions},\"exercises\":[\n{exercises}\n],\"checks\":[\n{checks}\n]}}\n"
    ))
}

fn pack_check(
    check: &Check,
    answers: &[Vec<Option<Outcome>>],
    places: &BTreeMap<usize, usize>,
) -> Result<PackedCheck, String> {
    let cases = check.cases.iter().enumerate().map(|(case, inputs)| {
        let reference = answers.get(case).map_or(&[][..], Vec::as_slice).iter();
        let reference = reference.map(|outcome| outcome.as_ref().map(pack_answer).transpose());
        let reference = reference.collect::<Result<_, _>>()?;
        Ok(PackedCase {
            inputs: inputs.iter().map(Data::from).collect(),
            reference,
        })
    });
    let packed_places = |indices: &[usize]| indices.iter().filter_map(|index| places.get(index).copied()).collect();
    Ok(PackedCheck {
        exercise: check.exercise,
        id: check.id.clone(),
        name: check.name.clone(),
        rule: pack_rule(&check.rule),
        names: check
            .names
            .iter()
            .map(|(name, kind)| (name.clone(), kind.to_string()))
            .collect(),
        tolerance: check.tolerance,
        deterministic: check.deterministic,
        points: check.points,
        hint: check.hint.clone(),
        requires: packed_places(&check.requires),
        beside: packed_places(&check.beside),
        cases: cases.collect::<Result<_, String>>()?,
    })
}

fn pack_answer(outcome: &Outcome) -> Result<PackedAnswer, String> {
    match outcome {
        Outcome::Returned(value) => Ok(PackedAnswer::Returned {
            kind: kind_of(value).to_string(),
            value: value.into(),
        }),
        Outcome::Panicked { .. } => Ok(PackedAnswer::Panicked),
        Outcome::NotImplemented
        | Outcome::TimedOut { .. }
        | Outcome::OutOfMemory
        | Outcome::Crashed { .. }
        | Outcome::Exited { .. }
        | Outcome::Refused { .. }
        | Outcome::BadAnswer { .. }
        | Outcome::HarnessFault { .. } => Err(format!("the reference {outcome}")),
    }
}

/// The kind of a value, as far as the value tells.
fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Bool(_) => Kind::Bool,
        Value::Integer(_) => Kind::Integer,
        Value::Real(_) => Kind::Real,
        Value::Char(_) => Kind::Char,
        Value::Text(_) => Kind::Text,
        Value::Reals(_) => Kind::Real.list(),
        Value::List(items) => items
            .iter()
            .map(kind_of)
            .fold(Kind::Unknown, |kind, next| kind.unify(&next).unwrap_or(kind))
            .list(),
        Value::Tuple(members) => Kind::Tuple(members.iter().map(kind_of).collect()),
        Value::Option(inner) => Kind::Option(Box::new(inner.as_ref().map_or(Kind::Unknown, |inner| kind_of(inner)))),
        Value::Result(Ok(inner)) => Kind::Result(Box::new(kind_of(inner)), Box::new(Kind::Unknown)),
        Value::Result(Err(inner)) => Kind::Result(Box::new(Kind::Unknown), Box::new(kind_of(inner))),
    }
}

/// Reads `checks.json` back.
///
/// # Errors
/// When the text is not such a file, or is not of this contract.
pub fn unpack(text: &str, signature: Signature) -> Result<(Plan, ReferenceAnswers), String> {
    restore(read(text)?, signature)
}

/// Reads `checks.json` back where there is nothing else, with the conditions that it names.
///
/// # Errors
/// When the text is not such a file.
pub fn unpack_alone(text: &str) -> Result<(Plan, ReferenceAnswers, Conditions), String> {
    let packed = read(text)?;
    let (signature, conditions) = (packed.signature.clone(), packed.conditions.clone());
    let (plan, reference) = restore(packed, signature)?;
    Ok((plan, reference, conditions))
}

fn read(text: &str) -> Result<Packed, String> {
    /// The part that tells whether the rest can be read.
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let packed = serde_json::from_str::<Packed>(text);
    let schema = match &packed {
        Ok(packed) => Some(packed.schema.clone()),
        Err(_) => serde_json::from_str::<Head>(text).ok().map(|head| head.schema),
    };
    if let Some(schema) = schema.filter(|schema| schema != SCHEMA) {
        return Err(format!("checks.json is `{schema}`, but this program reads `{SCHEMA}`"));
    }
    packed.map_err(|error| format!("checks.json cannot be read: {error}"))
}

fn restore(packed: Packed, signature: Signature) -> Result<(Plan, ReferenceAnswers), String> {
    let counts = (packed.exercises.len(), packed.checks.len());
    let mut checks = Vec::with_capacity(packed.checks.len());
    let mut reference = ReferenceAnswers::default();
    for (index, check) in packed.checks.into_iter().enumerate() {
        let id = check.id.clone();
        let (check, answers) = unpack_check(check, index, counts, &signature)
            .map_err(|why| format!("checks.json does not fit the contract, in check `{id}`: {why}"))?;
        checks.push(check);
        reference.checks.insert(index, answers);
    }
    Ok((
        Plan {
            assignment: packed.assignment,
            signature,
            exercises: packed.exercises,
            checks,
        },
        reference,
    ))
}

type CaseAnswers = Vec<Vec<Option<Outcome>>>;

fn unpack_check(
    packed: PackedCheck,
    index: usize,
    (exercises, checks): (usize, usize),
    signature: &Signature,
) -> Result<(Check, CaseAnswers), String> {
    let required = packed.requires.iter().all(|before| *before < index);
    let beside = packed.beside.iter().all(|other| *other < checks);
    if packed.exercise >= exercises || !required || !beside {
        return Err("it refers to something that is not there".to_owned());
    }
    let names: Names = packed
        .names
        .iter()
        .map(|(name, kind)| Ok((name.clone(), kind.parse()?)))
        .collect::<Result<_, String>>()?;
    let rule = unpack_rule(packed.rule, &names, signature)?;
    let mut cases = Vec::with_capacity(packed.cases.len());
    let mut answers = Vec::with_capacity(packed.cases.len());
    for case in packed.cases {
        if case.inputs.len() != names.len() {
            return Err(format!(
                "a case has {} inputs for {} names",
                case.inputs.len(),
                names.len()
            ));
        }
        let inputs = case
            .inputs
            .iter()
            .zip(&names)
            .map(|(data, (_, kind))| data.read(kind).map_err(|error| error.message));
        cases.push(inputs.collect::<Result<Vec<_>, _>>()?);
        let outcomes = case
            .reference
            .into_iter()
            .map(|answer| answer.map(unpack_answer).transpose());
        answers.push(outcomes.collect::<Result<Vec<_>, _>>()?);
    }
    let check = Check {
        id: packed.id,
        exercise: packed.exercise,
        name: packed.name,
        rule,
        names,
        cases,
        tolerance: packed.tolerance,
        deterministic: packed.deterministic,
        visibility: Visibility::Public,
        points: packed.points,
        hint: packed.hint,
        requires: packed.requires,
        beside: packed.beside,
    };
    Ok((check, answers))
}

fn unpack_answer(packed: PackedAnswer) -> Result<Outcome, String> {
    match packed {
        PackedAnswer::Returned { kind, value } => value
            .read(&kind.parse()?)
            .map(Outcome::Returned)
            .map_err(|error| error.message),
        PackedAnswer::Panicked => Ok(Outcome::Panicked {
            message: String::new(),
            place: String::new(),
        }),
    }
}
