//! Kinds: the types of expressions. Coarser than the contract's types: an integer is an integer, arrays are lists.

use std::fmt;
use std::str::FromStr;

use grader_abi::Type;

use super::parser::parse;
use super::tree::{Node, NodeKind};

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// Any integer.
    Integer,
    /// A real number; an integer widens to one.
    Real,
    /// One character.
    Char,
    /// A text.
    Text,
    /// A list of one kind.
    List(Box<Kind>),
    /// Some kinds, in order.
    Tuple(Vec<Kind>),
    /// `None` or `Some(x)`.
    Option(Box<Kind>),
    /// `Ok(x)` or `Err(e)`.
    Result(Box<Kind>, Box<Kind>),
    /// Not said yet: the items of `[]`, what a `None` could hold. Goes with every kind.
    Unknown,
}

impl Kind {
    /// The kind of the values of a type.
    #[must_use]
    pub fn of(ty: &Type) -> Self {
        match ty {
            Type::Bool => Self::Bool,
            Type::Integer(_) => Self::Integer,
            Type::F32 | Type::F64 => Self::Real,
            Type::Char => Self::Char,
            Type::Text => Self::Text,
            Type::List(item) | Type::Array(item, _) => Self::of(item).list(),
            Type::Tuple(members) => Self::Tuple(members.iter().map(Self::of).collect()),
            Type::Option(some) => Self::Option(Box::new(Self::of(some))),
            Type::Result(ok, err) => Self::Result(Box::new(Self::of(ok)), Box::new(Self::of(err))),
        }
    }

    /// A list of this kind.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// What a list of this kind holds.
    #[must_use]
    pub fn item(&self) -> Option<&Kind> {
        if let Self::List(item) = self { Some(item) } else { None }
    }

    /// What the `Err` of a result of this kind holds.
    #[must_use]
    pub fn error(&self) -> Option<&Kind> {
        if let Self::Result(_, err) = self {
            Some(err)
        } else {
            None
        }
    }

    /// Whether this is a number, or nested lists of numbers.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        self.scalar().is_number()
    }

    /// Whether this is an integer or a real.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Real | Self::Unknown)
    }

    /// What is left when all lists around are taken off.
    #[must_use]
    pub fn scalar(&self) -> &Kind {
        self.item().map_or(self, Kind::scalar)
    }

    /// How many lists are around.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.item().map_or(0, |item| 1 + item.rank())
    }

    /// The same lists around another scalar.
    #[must_use]
    pub fn with_scalar(&self, scalar: Kind) -> Kind {
        self.item()
            .map_or(scalar.clone(), |item| item.with_scalar(scalar).list())
    }

    /// The one kind that holds both, if there is one.
    #[must_use]
    pub fn unify(&self, other: &Kind) -> Option<Kind> {
        let pair = |a: &Kind, b: &Kind| a.unify(b).map(Box::new);
        Some(match (self, other) {
            (Self::Unknown, kind) | (kind, Self::Unknown) => kind.clone(),
            (Self::Integer, Self::Real) | (Self::Real, Self::Integer) => Self::Real,
            (Self::List(a), Self::List(b)) => Self::List(pair(a, b)?),
            (Self::Option(a), Self::Option(b)) => Self::Option(pair(a, b)?),
            (Self::Result(a, e), Self::Result(b, f)) => Self::Result(pair(a, b)?, pair(e, f)?),
            (Self::Tuple(a), Self::Tuple(b)) if a.len() == b.len() => {
                Self::Tuple(a.iter().zip(b).map(|(a, b)| a.unify(b)).collect::<Option<_>>()?)
            }
            (a, b) if a == b => a.clone(),
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Integer => f.write_str("integer"),
            Self::Real => f.write_str("real"),
            Self::Char => f.write_str("char"),
            Self::Text => f.write_str("text"),
            Self::List(item) => write!(f, "[{item}]"),
            Self::Tuple(members) => {
                f.write_str("(")?;
                members.iter().try_for_each(|member| write!(f, "{member},"))?;
                f.write_str(")")
            }
            Self::Option(some) => write!(f, "option({some})"),
            Self::Result(ok, err) => write!(f, "result({ok}, {err})"),
            Self::Unknown => f.write_str("any"),
        }
    }
}

/// Reads what `Display` wrote; packed checks keep kinds so.
impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("`{text}` is not a kind");
        from_node(&parse(text).map_err(|_| unknown())?).ok_or_else(unknown)
    }
}

fn from_node(node: &Node) -> Option<Kind> {
    Some(match &node.kind {
        NodeKind::Name(name) => match name.as_str() {
            "bool" => Kind::Bool,
            "integer" => Kind::Integer,
            "real" => Kind::Real,
            "char" => Kind::Char,
            "text" => Kind::Text,
            "any" => Kind::Unknown,
            _ => return None,
        },
        NodeKind::List(items) => match items.as_slice() {
            [item] => from_node(item)?.list(),
            _ => return None,
        },
        NodeKind::Tuple(members) => Kind::Tuple(members.iter().map(from_node).collect::<Option<_>>()?),
        NodeKind::Call { name, arguments, .. } => match (name.as_str(), arguments.as_slice()) {
            ("option", [some]) => Kind::Option(Box::new(from_node(&some.node)?)),
            ("result", [ok, err]) => Kind::Result(Box::new(from_node(&ok.node)?), Box::new(from_node(&err.node)?)),
            _ => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_as_it_was_written() {
        for text in [
            "bool",
            "[real]",
            "[[integer]]",
            "(real,text,)",
            "()",
            "option([char])",
            "result(real, text)",
            "any",
        ] {
            assert_eq!(text.parse::<Kind>().unwrap().to_string(), text);
        }
        for text in ["", "reals", "[real, real]", "option()", "1"] {
            assert!(text.parse::<Kind>().is_err(), "{text}");
        }
    }

    #[test]
    fn integers_widen_and_unknown_gives_way() {
        for (a, b, want) in [
            ("[integer]", "[real]", Some("[real]")),
            ("[any]", "[[real]]", Some("[[real]]")),
            ("result(real, any)", "result(any, text)", Some("result(real, text)")),
            ("(integer, text)", "(real, text)", Some("(real,text,)")),
            ("[real]", "real", None),
            ("text", "char", None),
        ] {
            let (a, b): (Kind, Kind) = (a.parse().unwrap(), b.parse().unwrap());
            assert_eq!(a.unify(&b).map(|kind| kind.to_string()).as_deref(), want);
        }
    }
}
