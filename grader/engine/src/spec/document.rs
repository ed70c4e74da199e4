//! What a spec file says, as YAML has it. Nothing here knows the contract.
//!
//! Unknown keys are errors everywhere; nothing is flattened or untagged, so that the deserializer can name the place.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
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

/// One check: a name and exactly one kind of question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = one_of(&["call", "holds", "gradient", "finite", "panics", "fails", "script", "statistical"])))]
pub(super) struct CheckDocument {
    /// Without it, it is made from the name.
    pub(super) id: Option<String>,
    /// What students call it.
    pub(super) name: String,
    /// An expression that calls a student's function; it should be what the reference answers, unless something else is said.
    pub(super) call: Option<String>,
    /// What `call` should give: data of its type, or an expression after `=`.
    #[schemars(with = "serde_json::Value")]
    #[serde(default, deserialize_with = "present")]
    pub(super) expect: Option<Data>,
    /// An expression that must be true.
    pub(super) holds: Option<String>,
    /// The derivative of one expression is the value of another.
    pub(super) gradient: Option<GradientDocument>,
    /// Many draws of random numbers have a wanted mean and variance.
    pub(super) statistical: Option<StatisticsDocument>,
    /// An expression whose entries must be finite.
    pub(super) finite: Option<String>,
    /// An expression that must panic.
    pub(super) panics: Option<String>,
    /// An expression that must be an `Err`.
    pub(super) fails: Option<String>,
    /// What the `Err` of `fails` should hold.
    #[schemars(with = "serde_json::Value")]
    #[serde(default, deserialize_with = "present")]
    pub(super) error: Option<Data>,
    /// Several values that `call` may give.
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub(super) any_of: Option<Vec<Data>>,
    /// The entries of `call`'s list may come in any order.
    #[serde(default)]
    pub(super) unordered: bool,
    /// Which signs of `call`'s value do not matter.
    pub(super) up_to: Option<Signs>,
    /// Steps on one instance, in their order.
    pub(super) script: Option<Vec<StepDocument>>,
    /// Data that the check can name.
    #[serde(default)]
    #[schemars(with = "Ordered<serde_json::Value>")]
    pub(super) given: Ordered<Data>,
    /// Generators of inputs, by name; each can use the names before it.
    #[serde(default)]
    pub(super) for_all: Ordered<String>,
    /// What the inputs have to satisfy; others are drawn again.
    #[serde(rename = "where")]
    pub(super) filter: Option<String>,
    /// How many inputs are drawn: 100 unless said.
    pub(super) cases: Option<u32>,
    /// How far apart equal numbers may be.
    #[serde(default)]
    pub(super) tolerance: ToleranceDocument,
    /// Whether a NaN equals a NaN.
    #[serde(default)]
    pub(super) nan: NanPolicy,
    /// Its share of the exercise's points: 1 unless said.
    pub(super) weight: Option<u32>,
    /// What students see of it.
    #[serde(default)]
    pub(super) visibility: Visibility,
    /// What helps a student whose answer is wrong.
    pub(super) hint: Option<String>,
    /// The checks that must pass before this one counts, by id.
    #[serde(default)]
    pub(super) requires: Vec<String>,
    /// Whether the first input is asked twice and must be answered alike.
    #[serde(default = "yes")]
    pub(super) deterministic: bool,
}

/// One step of a script: a call or a claim, on the instance that the steps before have left.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = one_of(&["do", "call", "holds", "finite", "panics", "fails"])))]
pub(super) struct StepDocument {
    /// An expression that is only run.
    #[serde(rename = "do")]
    pub(super) run: Option<String>,
    /// An expression that should be what the reference answers, unless something else is said.
    pub(super) call: Option<String>,
    /// What `call` should give: data of its type, or an expression after `=`.
    #[schemars(with = "serde_json::Value")]
    #[serde(default, deserialize_with = "present")]
    pub(super) expect: Option<Data>,
    /// Several values that `call` may give.
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub(super) any_of: Option<Vec<Data>>,
    /// The entries of `call`'s list may come in any order.
    #[serde(default)]
    pub(super) unordered: bool,
    /// Which signs of `call`'s value do not matter.
    pub(super) up_to: Option<Signs>,
    /// An expression that must be true.
    pub(super) holds: Option<String>,
    /// An expression whose entries must be finite.
    pub(super) finite: Option<String>,
    /// An expression that must panic.
    pub(super) panics: Option<String>,
    /// An expression that must be an `Err`.
    pub(super) fails: Option<String>,
    /// What the `Err` of `fails` should hold.
    #[schemars(with = "serde_json::Value")]
    #[serde(default, deserialize_with = "present")]
    pub(super) error: Option<Data>,
}

/// Which signs of an answer do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub(super) enum Signs {
    /// That of the whole, as for an eigenvector.
    #[serde(rename = "sign")]
    Whole,
    /// That of each row of a matrix.
    #[serde(rename = "row_signs")]
    Rows,
    /// That of each column of a matrix, as for eigenvectors in columns.
    #[serde(rename = "column_signs")]
    Columns,
}

/// The derivative of one expression is the value of another, by central differences.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GradientDocument {
    /// What is differentiated.
    pub(super) of: String,
    /// The name with respect to which.
    pub(super) wrt: String,
    /// What the entries of `of` are weighted by, where it has several.
    pub(super) upstream: Option<String>,
    /// What the derivative should be.
    pub(super) equals: String,
    /// How far the ends of a difference lie from the middle, relative to `max(1, |x|)`.
    pub(super) step: Option<f64>,
}

/// Many draws of random numbers have a wanted mean and variance. Each draw has another `seed`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatisticsDocument {
    /// One draw: an expression that passes `seed` to a student's function.
    pub(super) of: String,
    /// What their mean should be.
    #[schemars(extend("type" = ["string", "number", "null"]))]
    pub(super) mean: Option<String>,
    /// What their variance should be.
    #[schemars(extend("type" = ["string", "number", "null"]))]
    pub(super) variance: Option<String>,
    /// How many there are: 1000 unless said.
    #[schemars(range(min = 30, max = 20_000))]
    pub(super) draws: Option<u32>,
    /// How many standard errors they may be off: 5 unless said, which chance exceeds less than once in a million times.
    #[schemars(range(min = 3, max = 10))]
    pub(super) sigmas: Option<f64>,
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

/// Whether a NaN equals a NaN.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum NanPolicy {
    /// A NaN fails a comparison.
    #[default]
    Fails,
    /// A NaN equals a NaN.
    Equal,
}

/// Whether submissions may have `unsafe` code.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnsafeCode {
    /// They do not build with it.
    #[default]
    Forbid,
    /// They may.
    Allow,
}

/// What a submission may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
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
    /// How many bytes of what it prints are kept.
    #[serde(deserialize_with = "unit::bytes")]
    #[schemars(with = "String", regex(pattern = unit::BYTES))]
    pub output: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            build: Duration::from_secs(60),
            call: Duration::from_secs(1),
            total: Duration::from_secs(30),
            memory: 512 << 20,
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

impl<T: JsonSchema> JsonSchema for Ordered<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<T>() })
    }

    fn inline_schema() -> bool {
        true
    }
}

/// Exactly one of these keys is there.
fn one_of(keys: &[&str]) -> serde_json::Value {
    keys.iter()
        .map(|key| serde_json::json!({ "required": [key] }))
        .collect()
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
