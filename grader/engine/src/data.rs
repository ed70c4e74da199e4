//! Data as YAML and JSON have it -> a value of a kind, and back.
//!
//! Numbers keep their bits. What JSON and plain YAML scalars cannot say is said in text: `inf`, `-inf`, `nan`. `null` is
//! `None`, `{Ok: x}` and `{Err: e}` are results.

use std::fmt;

use grader_abi::Value;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::expression::Kind;

/// A scalar, a list or a map whose kind is not known yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Nothing.
    Null,
    /// A bool.
    Bool(bool),
    /// An integer.
    Integer(i128),
    /// A real number.
    Real(f64),
    /// Anything else that is a scalar.
    Text(String),
    /// A list.
    List(Vec<Data>),
    /// A map; keys are texts and come once.
    Map(Vec<(String, Data)>),
}

/// Why data is not of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct DataError {
    /// Where in the nested lists and maps.
    pub path: Vec<Step>,
    /// What is wrong.
    pub message: String,
}

/// A step into data, or into a whole spec.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl Data {
    /// Reads a value of this kind.
    ///
    /// # Errors
    /// When the data is not of this kind, with the place inside it.
    pub fn read(&self, kind: &Kind) -> Result<Value, DataError> {
        match (self, kind) {
            (Self::Bool(bool), Kind::Bool) => Ok(Value::Bool(*bool)),
            (Self::Integer(integer), Kind::Integer) => Ok(Value::Integer(*integer)),
            (Self::Integer(integer), Kind::Real) => Ok(Value::Real(*integer as f64)),
            (Self::Real(real), Kind::Real) => Ok(Value::Real(*real)),
            (Self::Text(text), Kind::Real) => real(text),
            (Self::Text(text), Kind::Integer) => long_integer(text).ok_or_else(|| self.mismatch(kind)),
            (Self::Text(text), Kind::Char) => char(text),
            (Self::Text(text), Kind::Text) => Ok(Value::Text(text.clone())),
            (Self::List(items), Kind::List(item)) => list(items, item),
            (Self::List(items), Kind::Tuple(kinds)) => tuple(items, kinds),
            (Self::Null, Kind::Tuple(kinds)) if kinds.is_empty() => Ok(Value::Tuple(Vec::new())),
            (Self::Null, Kind::Option(_)) => Ok(Value::Option(None)),
            (data, Kind::Option(some)) => {
                let inner = data.only("Some").unwrap_or(data);
                inner.read(some).map(|value| Value::Option(Some(Box::new(value))))
            }
            (data, Kind::Result(ok, err)) => data.result(ok, err),
            (data, kind) => Err(data.mismatch(kind)),
        }
    }

    /// The kind that the data itself suggests, where nothing else tells.
    #[must_use]
    pub fn natural_kind(&self) -> Option<Kind> {
        match self {
            Self::Null => Some(Kind::Option(Box::new(Kind::Unknown))),
            Self::Bool(_) => Some(Kind::Bool),
            Self::Integer(_) => Some(Kind::Integer),
            Self::Real(_) => Some(Kind::Real),
            // What looks like a number and is none, such as 1e400, is to be refused as one.
            Self::Text(text) => Some(if text.parse::<f64>().is_ok() {
                Kind::Real
            } else {
                Kind::Text
            }),
            Self::List(items) => {
                let kinds = items.iter().map(Self::natural_kind);
                let item = kinds
                    .into_iter()
                    .try_fold(Kind::Unknown, |kind, next| kind.unify(&next?))?;
                Some(item.list())
            }
            Self::Map(_) => None,
        }
    }

    fn only(&self, key: &str) -> Option<&Data> {
        match self {
            Self::Map(entries) => match entries.as_slice() {
                [(only, data)] if only == key => Some(data),
                _ => None,
            },
            _ => None,
        }
    }

    fn result(&self, ok: &Kind, err: &Kind) -> Result<Value, DataError> {
        if let Some(data) = self.only("Ok") {
            return data
                .read(ok)
                .map(|value| Value::Result(Ok(Box::new(value))))
                .map_err(|error| error.inside("Ok"));
        }
        if let Some(data) = self.only("Err") {
            return data
                .read(err)
                .map(|value| Value::Result(Err(Box::new(value))))
                .map_err(|error| error.inside("Err"));
        }
        Err(DataError::new("a result is written `{Ok: …}` or `{Err: …}`"))
    }

    fn mismatch(&self, kind: &Kind) -> DataError {
        let what = match self {
            Self::Null => "null".to_owned(),
            Self::Bool(bool) => bool.to_string(),
            Self::Integer(integer) => integer.to_string(),
            Self::Real(real) => format!("{real:?}"),
            Self::Text(text) => format!("the text {text:?}"),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
        };
        let quotes = match (self, kind) {
            (Self::Bool(_) | Self::Integer(_) | Self::Real(_), Kind::Text | Kind::Char) => "; put it in quotes",
            _ => "",
        };
        DataError::new(format!("{what} where {kind} is wanted{quotes}"))
    }
}

impl DataError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            message: message.into(),
        }
    }

    fn inside(mut self, key: &str) -> Self {
        self.path.insert(0, Step::Key(key.to_owned()));
        self
    }

    fn at(mut self, index: usize) -> Self {
        self.path.insert(0, Step::Index(index));
        self
    }
}

fn real(text: &str) -> Result<Value, DataError> {
    match text {
        "inf" | "+inf" => Ok(Value::Real(f64::INFINITY)),
        "-inf" => Ok(Value::Real(f64::NEG_INFINITY)),
        "nan" => Ok(Value::Real(f64::NAN)),
        "-0" => Ok(Value::Real(-0.0)),
        other => match other.parse::<f64>() {
            Ok(real)
                if real.is_infinite()
                    && other.starts_with(['-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) =>
            {
                Err(DataError::new(format!(
                    "{other} is too large for an f64; for infinity write `inf`"
                )))
            }
            Ok(_) | Err(_) => Err(DataError::new(format!("the text {other:?} where a number is wanted"))),
        },
    }
}

/// What JSON cannot say as a number: an integer of more than 64 bits.
fn long_integer(text: &str) -> Option<Value> {
    let integer: i128 = text.parse().ok()?;
    (!is_short(integer)).then_some(Value::Integer(integer))
}

fn is_short(integer: i128) -> bool {
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&integer)
}

fn char(text: &str) -> Result<Value, DataError> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(Value::Char(character)),
        _ => Err(DataError::new(format!(
            "the text {text:?} where one character is wanted"
        ))),
    }
}

fn list(items: &[Data], item: &Kind) -> Result<Value, DataError> {
    let values = items
        .iter()
        .enumerate()
        .map(|(index, data)| data.read(item).map_err(|error| error.at(index)));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    Ok(crate::expression::canonical(Value::List(values), &item.clone().list()))
}

fn tuple(items: &[Data], kinds: &[Kind]) -> Result<Value, DataError> {
    if items.len() != kinds.len() {
        return Err(DataError::new(format!(
            "{} entries where a tuple of {} is wanted",
            items.len(),
            kinds.len()
        )));
    }
    let members = items
        .iter()
        .zip(kinds)
        .enumerate()
        .map(|(index, (data, kind))| data.read(kind).map_err(|error| error.at(index)));
    members.collect::<Result<_, _>>().map(Value::Tuple)
}

/// A value as data, for JSON. Reading it by the value's kind gives the value back.
impl From<&Value> for Data {
    fn from(value: &Value) -> Self {
        let map = |key: &str, inner: &Value| Self::Map(vec![(key.to_owned(), inner.into())]);
        match value {
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Integer(integer) if is_short(*integer) => Self::Integer(*integer),
            Value::Integer(integer) => Self::Text(integer.to_string()),
            Value::Real(real) => from_real(*real),
            Value::Char(character) => Self::Text(character.to_string()),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Reals(reals) => Self::List(reals.iter().copied().map(from_real).collect()),
            Value::List(items) | Value::Tuple(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Option(None) => Self::Null,
            Value::Option(Some(inner)) => map("Some", inner),
            Value::Result(Ok(inner)) => map("Ok", inner),
            Value::Result(Err(inner)) => map("Err", inner),
        }
    }
}

fn from_real(real: f64) -> Data {
    if real.is_finite() {
        Data::Real(real)
    } else if real.is_nan() {
        Data::Text("nan".to_owned())
    } else {
        Data::Text(if real > 0.0 { "inf" } else { "-inf" }.to_owned())
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Integer(integer) => match (i64::try_from(*integer), u64::try_from(*integer)) {
                (Ok(small), _) => serializer.serialize_i64(small),
                (_, Ok(large)) => serializer.serialize_u64(large),
                (Err(_), Err(_)) => serializer.serialize_i128(*integer),
            },
            Self::Real(real) => serializer.serialize_f64(*real),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| sequence.serialize_element(item))?;
                sequence.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries
                    .iter()
                    .try_for_each(|(key, data)| map.serialize_entry(key, data))?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DataVisitor)
    }
}

struct DataVisitor;

impl<'de> Visitor<'de> for DataVisitor {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a list or a map")
    }

    fn visit_unit<E: Error>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_bool<E: Error>(self, bool: bool) -> Result<Data, E> {
        Ok(Data::Bool(bool))
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<Data, E> {
        Ok(Data::Integer(integer.into()))
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<Data, E> {
        Ok(Data::Integer(integer.into()))
    }

    fn visit_i128<E: Error>(self, integer: i128) -> Result<Data, E> {
        Ok(Data::Integer(integer))
    }

    fn visit_u128<E: Error>(self, integer: u128) -> Result<Data, E> {
        i128::try_from(integer)
            .map(Data::Integer)
            .map_err(|_| E::custom(format!("{integer} is too large for an integer")))
    }

    fn visit_f64<E: Error>(self, real: f64) -> Result<Data, E> {
        Ok(Data::Real(real))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Data, E> {
        Ok(Data::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Data, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Data::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
        let mut entries: Vec<(String, Data)> = Vec::new();
        while let Some((key, data)) = map.next_entry::<String, Data>()? {
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(format!("`{key}` comes twice")));
            }
            entries.push((key, data));
        }
        Ok(Data::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_json_bit_for_bit() {
        for (value, kind) in [
            (
                Value::Reals(vec![
                    -0.0,
                    1e-310,
                    0.1,
                    f64::MAX,
                    f64::INFINITY,
                    f64::NEG_INFINITY,
                    5e-324,
                ]),
                "[real]",
            ),
            (Value::Integer(i128::from(u64::MAX)), "integer"),
            (Value::Integer(i128::from(i64::MIN)), "integer"),
            (Value::Integer(i128::MAX), "integer"),
            (Value::Integer(i128::MIN), "integer"),
            (
                Value::List(vec![Value::Reals(vec![]), Value::Reals(vec![1.0])]),
                "[[real]]",
            ),
            (Value::Text("inf".into()), "text"),
            (Value::Char('é'), "char"),
            (
                Value::Option(Some(Box::new(Value::Option(None)))),
                "option(option(real))",
            ),
            (
                Value::Result(Err(Box::new(Value::Text("no".into())))),
                "result(real, text)",
            ),
            (
                Value::Tuple(vec![Value::Integer(1), Value::Bool(true)]),
                "(integer, bool)",
            ),
            (Value::Tuple(vec![]), "()"),
        ] {
            let json = serde_json::to_string(&Data::from(&value)).unwrap();
            let back = serde_json::from_str::<Data>(&json)
                .unwrap()
                .read(&kind.parse().unwrap())
                .unwrap();
            assert_eq!(format!("{back:?}"), format!("{value:?}"), "{json}");
        }
    }

    #[test]
    fn what_is_not_of_the_kind_says_where() {
        for (json, kind, path, message) in [
            (
                r#"[1, "x"]"#,
                "[real]",
                vec![Step::Index(1)],
                "the text \"x\" where a number is wanted",
            ),
            (
                r#"["1e400"]"#,
                "[real]",
                vec![Step::Index(0)],
                "1e400 is too large for an f64; for infinity write `inf`",
            ),
            (r#"1.5"#, "integer", vec![], "1.5 where integer is wanted"),
            (r#""5""#, "integer", vec![], "the text \"5\" where integer is wanted"),
            (r#"5"#, "text", vec![], "5 where text is wanted; put it in quotes"),
            (r#"true"#, "char", vec![], "true where char is wanted; put it in quotes"),
            (
                r#"[1]"#,
                "(real, real)",
                vec![],
                "1 entries where a tuple of 2 is wanted",
            ),
            (
                r#"{"Ok": "a"}"#,
                "result(real, text)",
                vec![Step::Key("Ok".into())],
                "the text \"a\" where a number is wanted",
            ),
            (
                r#"{"Okay": 1}"#,
                "result(real, text)",
                vec![],
                "a result is written `{Ok: …}` or `{Err: …}`",
            ),
            (
                r#""ab""#,
                "char",
                vec![],
                "the text \"ab\" where one character is wanted",
            ),
        ] {
            let data: Data = serde_json::from_str(json).unwrap();
            let error = data.read(&kind.parse().unwrap()).unwrap_err();
            assert_eq!(
                error,
                DataError {
                    path,
                    message: message.into()
                },
                "{json}"
            );
        }
    }
}
