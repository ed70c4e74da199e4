//! What a spec file says of one check, as YAML has it.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::document::ToleranceDocument;
use super::ordered::Ordered;
use crate::data::Data;
use crate::plan::Visibility;

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

/// A key that is there has a value, `null` too.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Data>, D::Error> {
    Data::deserialize(deserializer).map(Some)
}

fn yes() -> bool {
    true
}

/// Exactly one of these keys is there.
fn one_of(keys: &[&str]) -> serde_json::Value {
    keys.iter()
        .map(|key| serde_json::json!({ "required": [key] }))
        .collect()
}
