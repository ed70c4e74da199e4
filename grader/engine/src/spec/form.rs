//! Whether a document has the form that the schema of the language asks for: all at once, each with its place.
//!
//! The deserializer stops at the first thing that it cannot read. This goes over all of it, by the schema that is generated
//! from the same types, and is asked only when the deserializer has refused the document.

use serde_json::Value;

use super::place::{Path, Places, What};
use super::problem::Problem;
use crate::data::Step;
use crate::expression::{did_you_mean, nearest};

/// All that does not have its form.
pub(super) fn problems(places: &Places, schema: &Value) -> Vec<Problem> {
    let mut form = Form {
        places,
        root: schema,
        problems: Vec::new(),
    };
    form.value(Vec::new(), schema);
    form.problems
}

struct Form<'a> {
    places: &'a Places,
    root: &'a Value,
    problems: Vec<Problem>,
}

impl<'a> Form<'a> {
    fn value(&mut self, path: Path, schema: &'a Value) {
        let schema = self.resolved(schema);
        let Some(place) = self.places.get(&path) else { return };
        match (&place.what, types(schema).as_slice()) {
            // Anything goes, such as data, whose kind the contract says.
            (_, []) if names(schema).is_empty() => {}
            (What::Alias, _) => {}
            // Quantities and their like, of which the deserializer says more.
            (What::Scalar(..), _) if schema.get("pattern").is_some() => {}
            (What::Map, types) if types.contains(&"object") => self.map(&path, schema),
            (What::List, types) if types.contains(&"array") => self.list(&path, schema),
            (What::Scalar(text, plain), types) => self.scalar(path, text, *plain, types, schema),
            (What::Map | What::List, types) => {
                let problem = Problem::at(path, format!("{} is wanted here", wanted(types)));
                self.problems.push(problem);
            }
        }
    }

    fn map(&mut self, path: &Path, schema: &'a Value) {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let is_closed = others.and_then(Value::as_bool) == Some(false);
        let mut meant = Vec::new();
        for step in self.places.inside(path) {
            let Step::Key(key) = step else { continue };
            let inner: Path = path.iter().cloned().chain([step.clone()]).collect();
            match known.and_then(|known| known.get(key)).or(others) {
                Some(_) if is_closed && known.is_none_or(|known| !known.contains_key(key)) => {
                    let keys = known.into_iter().flat_map(|known| known.keys());
                    let keys: Vec<&str> = keys.map(String::as_str).collect();
                    meant.extend(nearest(key, keys.iter().copied()));
                    let help = did_you_mean(key, keys.iter().copied());
                    let help = help.unwrap_or_else(|| format!("known here: {}", keys.join(", ")));
                    let problem = Problem::at_key(inner, format!("unknown key `{key}`"));
                    self.problems.push(problem.help(help));
                }
                Some(schema) => self.value(inner, schema),
                None => {}
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for key in required.filter_map(Value::as_str) {
            // A key that is misspelt is not missing as well.
            if !self.places.inside(path).contains(&Step::from(key)) && !meant.contains(&key) {
                let problem = Problem::at(path.clone(), format!("`{key}` is missing"));
                self.problems.push(problem);
            }
        }
    }

    fn list(&mut self, path: &Path, schema: &'a Value) {
        let Some(items) = schema.get("items") else { return };
        for step in self.places.inside(path) {
            self.value(path.iter().cloned().chain([step.clone()]).collect(), items);
        }
    }

    fn scalar(&mut self, path: Path, text: &str, plain: bool, types: &[&str], schema: &Value) {
        let names = names(schema);
        if !names.is_empty() {
            if !names.contains(&text) {
                let message = format!("`{text}` is none of {}", names.join(", "));
                let problem = Problem::at(path, message);
                self.problems.push(match did_you_mean(text, names.iter().copied()) {
                    Some(help) => problem.help(help),
                    None => problem,
                });
            }
            return;
        }
        let got = if plain { natural_type(text) } else { "string" };
        let is_text = types.contains(&"string") && got != "null";
        let widens = types.contains(&"number") && got == "integer";
        if !types.contains(&got) && !is_text && !widens {
            let problem = Problem::at(path, format!("{} is wanted here", wanted(types)));
            self.problems.push(problem);
        } else if let Some(bound) = out_of_range(text, schema) {
            self.problems.push(Problem::at(path, bound));
        }
    }

    /// What a schema refers to. Of what may be absent, what is there when it is not.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let referred = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|name| name.strip_prefix('#'));
        let optional = schema
            .get("anyOf")
            .and_then(Value::as_array)
            .and_then(|any| any.first());
        match (referred.and_then(|pointer| self.root.pointer(pointer)), optional) {
            (Some(inner), _) | (None, Some(inner)) => self.resolved(inner),
            (None, None) => schema,
        }
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The words that an enumeration knows.
fn names(schema: &Value) -> Vec<&str> {
    let list = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
    let constants = list("oneOf").filter_map(|one| one.get("const"));
    list("enum").chain(constants).filter_map(Value::as_str).collect()
}

/// Which bound of the schema a number breaks.
fn out_of_range(text: &str, schema: &Value) -> Option<String> {
    let number: f64 = text.parse().ok()?;
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let least = bound("minimum").filter(|least| number < *least);
    let most = bound("maximum").filter(|most| number > *most);
    match (least, most) {
        (Some(least), _) => Some(format!("at least {least} is wanted here")),
        (None, Some(most)) => Some(format!("at most {most} is wanted here")),
        (None, None) => None,
    }
}

/// The type that a scalar without quotes has.
fn natural_type(text: &str) -> &'static str {
    match text {
        "" | "~" | "null" => "null",
        "true" | "false" => "boolean",
        _ if text.parse::<i128>().is_ok() => "integer",
        _ if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) && text.parse::<f64>().is_ok() => {
            "number"
        }
        _ => "string",
    }
}

fn wanted(types: &[&str]) -> String {
    let words = types.iter().filter_map(|name| match *name {
        "object" => Some("a map"),
        "array" => Some("a list"),
        "string" => Some("a text"),
        "integer" => Some("an integer"),
        "number" => Some("a number"),
        "boolean" => Some("true or false"),
        _ => None,
    });
    words.collect::<Vec<_>>().join(" or ")
}
