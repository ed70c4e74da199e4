//! What a spec file says, as YAML has it. Nothing here knows the contract.
//!
//! Unknown keys are errors everywhere; nothing is flattened or untagged, so that the deserializer can name the place.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::place::Places;
use super::problem::Problem;
use super::unit;
use crate::data::{Data, Step};
use crate::plan::Visibility;
use crate::score::Points;

/// The version of the language that this program reads.
const VERSION: u32 = 1;

/// How hard an exercise can be.
const MAX_STARS: u8 = 5;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) version: u32,
    pub(super) assignment: String,
    pub(super) contract: String,
    pub(super) reference: String,
    pub(super) template: String,
    pub(super) points: Points,
    pub(super) seed: u64,
    pub(super) secret_seed: u64,
    #[serde(default)]
    pub(super) tolerance: ToleranceDocument,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) threads: u32,
    #[serde(default)]
    pub(super) unsafe_code: UnsafeCode,
    #[serde(default)]
    pub(super) optimize: u8,
    pub(super) exercises: Vec<ExerciseDocument>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExerciseDocument {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default = "one")]
    pub(super) stars: u8,
    pub(super) points: Points,
    #[serde(default)]
    pub(super) bonus: bool,
    #[serde(default)]
    pub(super) all_or_nothing: bool,
    pub(super) takeaway: Option<String>,
    #[serde(default)]
    pub(super) given: Ordered<Data>,
    #[serde(default)]
    pub(super) tolerance: ToleranceDocument,
    pub(super) checks: Vec<CheckDocument>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckDocument {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) call: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) expect: Option<Data>,
    pub(super) holds: Option<String>,
    pub(super) gradient: Option<GradientDocument>,
    pub(super) finite: Option<String>,
    pub(super) panics: Option<String>,
    #[serde(default)]
    pub(super) given: Ordered<Data>,
    #[serde(default)]
    pub(super) for_all: Ordered<String>,
    pub(super) cases: Option<u32>,
    #[serde(default)]
    pub(super) tolerance: ToleranceDocument,
    #[serde(default)]
    pub(super) nan: NanPolicy,
    pub(super) weight: Option<u32>,
    #[serde(default)]
    pub(super) visibility: Visibility,
    pub(super) hint: Option<String>,
    #[serde(default)]
    pub(super) requires: Vec<String>,
    #[serde(default = "yes")]
    pub(super) deterministic: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GradientDocument {
    pub(super) of: String,
    pub(super) wrt: String,
    pub(super) equals: String,
    pub(super) step: Option<f64>,
}

/// What a tolerance says; the rest comes from the one around it.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToleranceDocument {
    pub(super) rel: Option<f64>,
    pub(super) abs: Option<f64>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum NanPolicy {
    /// A NaN fails a comparison.
    #[default]
    Fails,
    /// A NaN equals a NaN.
    Equal,
}

/// Whether submissions may have `unsafe` code.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnsafeCode {
    /// They do not build with it.
    #[default]
    Forbid,
    /// They may.
    Allow,
}

/// What a submission may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// CPU time of the compiler.
    #[serde(deserialize_with = "unit::duration")]
    pub build: Duration,
    /// CPU time of one call.
    #[serde(deserialize_with = "unit::duration")]
    pub call: Duration,
    /// CPU time of all calls together.
    #[serde(deserialize_with = "unit::duration")]
    pub total: Duration,
    /// Memory, in bytes.
    #[serde(deserialize_with = "unit::bytes")]
    pub memory: u64,
    /// Of that, the stack, in bytes.
    #[serde(deserialize_with = "unit::stack")]
    pub stack: u64,
    /// How many bytes of what it prints are kept.
    #[serde(deserialize_with = "unit::bytes")]
    pub output: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            build: Duration::from_secs(60),
            call: Duration::from_secs(1),
            total: Duration::from_secs(30),
            memory: 512 << 20,
            stack: 8 << 20,
            output: 64 << 10,
        }
    }
}

/// A key that is there has a value, `null` too.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Data>, D::Error> {
    Data::deserialize(deserializer).map(Some)
}

fn one() -> u8 {
    1
}

fn yes() -> bool {
    true
}

/// A map in the order of the file; later entries can build on earlier ones.
#[derive(Debug)]
pub(super) struct Ordered<T>(pub(super) Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor(PhantomData))
    }
}

struct OrderedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OrderedVisitor<T> {
    type Value = Ordered<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
        let mut entries: Vec<(String, T)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, T>()? {
            if entries.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format!("`{name}` comes twice")));
            }
            entries.push((name, value));
        }
        Ok(Ordered(entries))
    }
}

/// What is wrong with a document that reads well.
pub(super) fn problems(document: &Document, places: &Places) -> Vec<Problem> {
    let mut problems = Vec::new();
    if document.version != VERSION {
        let message = format!(
            "this program reads version {VERSION} of the language, not version {}",
            document.version
        );
        problems.push(Problem::at(vec!["version".into()], message));
    }
    if places.keys.first().is_some_and(|first| first != "version") {
        problems.push(Problem::at_key(vec!["version".into()], "`version` comes first"));
    }
    if document.optimize > 3 {
        problems.push(Problem::at(
            vec!["optimize".into()],
            "rustc's opt-level is 0, 1, 2 or 3",
        ));
    }
    if document.limits.stack > document.limits.memory {
        let message = "the stack is a part of the memory, and cannot be larger than all of it";
        problems.push(Problem::at(vec!["limits".into(), "stack".into()], message));
    }
    for path in &places.tagged {
        problems.push(
            Problem::at(path.clone(), "a spec has no YAML tags (`!…`)")
                .help("an expression starts with no `!`; negation is `not`"),
        );
    }
    if document.exercises.is_empty() {
        problems.push(Problem::at(
            vec!["exercises".into()],
            "an assignment has at least one exercise",
        ));
    }
    sum_of_points(document, &mut problems);
    for (index, exercise) in document.exercises.iter().enumerate() {
        if exercise.stars > MAX_STARS {
            let path = vec!["exercises".into(), index.into(), "stars".into()];
            problems.push(Problem::at(path, format!("at most {MAX_STARS} stars")));
        }
        if exercise.checks.is_empty() {
            let path = vec!["exercises".into(), index.into(), "checks".into()];
            problems.push(Problem::at(path, "an exercise has at least one check"));
        }
    }
    problems
}

fn sum_of_points(document: &Document, problems: &mut Vec<Problem>) {
    let sum: Points = document
        .exercises
        .iter()
        .filter(|exercise| !exercise.bonus)
        .map(|exercise| exercise.points)
        .sum();
    if sum != document.points {
        let message = format!(
            "the exercises' points add up to {sum}, but this says {}",
            document.points
        );
        problems.push(Problem::at(vec![Step::from("points")], message).help("bonus exercises do not count here"));
    }
}
