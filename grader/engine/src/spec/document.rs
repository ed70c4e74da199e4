//! What a spec file says, as YAML has it. Nothing here knows the contract.
//!
//! Unknown keys are errors everywhere; nothing is flattened or untagged, so that the deserializer can name the place.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::check::CheckDocument;
use super::grading::Grading;
use super::ordered::Ordered;
use super::unit;
use crate::data::Data;
use crate::pack::{Conditions, UnsafeCode};
use crate::score::Points;

/// A spec: how an assignment is graded.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    /// The version of the language: 1.
    #[schemars(range(min = 1, max = 1))]
    pub(super) version: u32,
    /// The assignment's name.
    pub(super) assignment: String,
    /// The folder of the contract's crate, from this file's.
    pub(super) contract: String,
    /// The folder of the reference's crate, from this file's.
    pub(super) reference: String,
    /// The folder of the crate that students get, from this file's.
    pub(super) template: String,
    /// The sum of the exercises' points, bonus aside.
    #[schemars(with = "f64", range(min = 0, max = 100_000))]
    pub(super) points: Points,
    /// Where the public inputs come from; the same for every student, and in the handout.
    pub(super) seed: u64,
    /// Where the hidden inputs come from; never handed out.
    pub(super) secret_seed: u64,
    /// How far apart equal numbers may be.
    #[serde(default)]
    pub(super) tolerance: ToleranceDocument,
    /// What a submission may use up.
    #[serde(default)]
    pub(super) limits: Limits,
    /// How many threads a solution may start, at least.
    #[serde(default)]
    pub(super) threads: u32,
    /// Whether submissions may have `unsafe` code.
    #[serde(default)]
    pub(super) unsafe_code: UnsafeCode,
    /// rustc's opt-level for submissions, 0 to 3.
    #[schemars(range(max = 3))]
    #[serde(default)]
    pub(super) optimize: u8,
    /// Who is told that a submission is a labelled wrong solution.
    #[serde(default)]
    pub(super) diagnosis: Audience,
    /// What counts of the points that the checks give; nothing of it changes what a check asks.
    #[serde(default)]
    pub(super) grading: Grading,
    /// What students do.
    pub(super) exercises: Vec<ExerciseDocument>,
}

/// One exercise.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExerciseDocument {
    /// Small letters, digits and `-`; unique.
    pub(super) id: String,
    /// What students call it.
    pub(super) title: String,
    /// How hard it is, up to 5.
    #[schemars(range(max = 5))]
    #[serde(default = "one")]
    pub(super) stars: u8,
    /// What its checks share, by weight; whole hundredths.
    #[schemars(with = "f64", range(min = 0, max = 100_000))]
    pub(super) points: Points,
    /// Its points add to what is earned and not to what is possible.
    #[serde(default)]
    pub(super) bonus: bool,
    /// A failed check that is worth points loses all of them.
    #[serde(default)]
    pub(super) all_or_nothing: bool,
    /// What to remember of it.
    pub(super) takeaway: Option<String>,
    /// Data that its checks can name.
    #[serde(default)]
    #[schemars(with = "Ordered<serde_json::Value>")]
    pub(super) given: Ordered<Data>,
    /// How far apart equal numbers may be.
    #[serde(default)]
    pub(super) tolerance: ToleranceDocument,
    /// How it is graded.
    pub(super) checks: Vec<CheckDocument>,
}

/// What a tolerance says; the rest comes from the one around it.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToleranceDocument {
    /// Relative to what is wanted.
    pub(super) rel: Option<f64>,
    /// Absolute.
    pub(super) abs: Option<f64>,
}

/// Who is told that a submission is a labelled wrong solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// The student, where the checks that show it are public; the instructor in any case.
    #[default]
    Everyone,
    /// The instructor.
    Instructor,
    /// Nobody.
    Off,
}

/// What a submission may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    /// CPU time of the compiler.
    #[serde(deserialize_with = "unit::duration")]
    #[schemars(with = "String", regex(pattern = unit::DURATION))]
    pub build: Duration,
    /// CPU time of one call.
    #[serde(deserialize_with = "unit::duration")]
    #[schemars(with = "String", regex(pattern = unit::DURATION))]
    pub call: Duration,
    /// CPU time of all calls together.
    #[serde(deserialize_with = "unit::duration")]
    #[schemars(with = "String", regex(pattern = unit::DURATION))]
    pub total: Duration,
    /// Memory, in bytes.
    #[serde(deserialize_with = "unit::bytes")]
    #[schemars(with = "String", regex(pattern = unit::BYTES))]
    pub memory: u64,
    /// Of that, the stack, in bytes.
    #[serde(deserialize_with = "unit::stack")]
    #[schemars(with = "String", regex(pattern = unit::BYTES))]
    pub stack: u64,
    /// How many bytes of what it prints are kept.
    #[serde(deserialize_with = "unit::bytes")]
    #[schemars(with = "String", regex(pattern = unit::BYTES))]
    pub output: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let Conditions {
            build,
            call,
            total,
            memory,
            stack,
            output,
            ..
        } = Conditions::default();
        Self {
            build,
            call,
            total,
            memory,
            stack,
            output,
        }
    }
}

fn one() -> u8 {
    1
}
