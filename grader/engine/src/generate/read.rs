//! The text of a generator -> its shape. Its arguments can use the names before it.

use std::ops::{Range, RangeInclusive};

use grader_abi::Signature;

use super::shape::{Alphabet, Bounds, Reals, Shape, Size, Special};
use crate::expression::{Argument, ExpressionError, Formula, Kind, Names, Node, NodeKind, did_you_mean};

/// A generator's name, how many arguments it takes, those that have names, and how it is used. What reads them, the messages
/// and the manual go by this table.
type Usage = (
    &'static str,
    RangeInclusive<usize>,
    &'static [&'static str],
    &'static str,
);

const TABLE: [Usage; 21] = [
    ("boolean", 0..=0, &[], "boolean()"),
    ("real", 1..=1, &["special"], "real(-5..5)"),
    ("single", 1..=1, &["special"], "single(-5..5)"),
    ("integer", 1..=1, &[], "integer(0..=9)"),
    ("vector", 1..=2, &["special"], "vector(2..=8, -5..5)"),
    ("matrix", 2..=3, &["special"], "matrix(1..=3, 2..=4, -5..5)"),
    ("distribution", 1..=1, &[], "distribution(2..=8)"),
    ("positive_distribution", 1..=1, &[], "positive_distribution(2..=8)"),
    ("probabilities", 1..=1, &[], "probabilities(1..=8)"),
    ("logits", 1..=1, &["scale"], "logits(2..=8, scale = 5)"),
    ("index", 1..=1, &[], "index(z)"),
    ("seed", 0..=0, &[], "seed()"),
    ("mask", 1..=1, &[], "mask(len(x))"),
    ("permutation", 1..=1, &[], "permutation(len(x))"),
    ("choice", 1..=1, &[], "choice([0.0, 0.1, 0.5])"),
    ("character", 0..=1, &[], "character('abc')"),
    ("text", 1..=2, &[], "text(0..=8, 'abc')"),
    ("list", 2..=2, &[], "list(0..=5, integer(0..=9))"),
    ("option", 1..=1, &[], "option(real(-5..5))"),
    ("result", 2..=2, &[], "result(real(-5..5), text(1..=5))"),
    ("tuple", 0..=6, &[], "tuple(integer(0..=9), boolean())"),
];

/// How each generator is used.
pub(crate) fn usages() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(.., usage)| *usage)
}

/// What is known where a generator stands.
pub(super) struct Around<'a> {
    pub(super) text: &'a str,
    pub(super) names: &'a Names,
    pub(super) signature: &'a Signature,
}

/// A generator's arguments.
struct Reader<'a> {
    around: &'a Around<'a>,
    usage: &'static str,
    positional: Vec<&'a Node>,
    named: Vec<(&'a str, &'a Node)>,
    whole: Range<usize>,
}

impl<'a> Around<'a> {
    pub(super) fn shape(&'a self, node: &'a Node) -> Result<Shape, ExpressionError> {
        let NodeKind::Call {
            reference: false,
            name,
            name_span,
            arguments,
        } = &node.kind
        else {
            let error = ExpressionError::new(node.span.clone(), "a generator is wanted here");
            return Err(error.help("for example `distribution(2..=8)`"));
        };
        let Some((_, count, keys, usage)) = TABLE.iter().find(|(known, ..)| known == name) else {
            return Err(unknown(name, name_span));
        };
        let mut reader = Reader {
            around: self,
            usage,
            positional: Vec::new(),
            named: Vec::new(),
            whole: node.span.clone(),
        };
        for argument in arguments {
            reader.take(name, argument, keys)?;
        }
        if count.contains(&reader.positional.len()) {
            reader.shape(name)
        } else {
            Err(reader.misused())
        }
    }
}

fn unknown(name: &str, span: &Range<usize>) -> ExpressionError {
    let known = TABLE.iter().map(|(name, ..)| *name);
    let all = known.clone().collect::<Vec<_>>().join(", ");
    let help = did_you_mean(name, known).unwrap_or(format!("known: {all}"));
    ExpressionError::new(span.clone(), format!("unknown generator `{name}`")).help(help)
}

impl<'a> Reader<'a> {
    fn take(&mut self, generator: &str, argument: &'a Argument, keys: &[&str]) -> Result<(), ExpressionError> {
        let node = &argument.node;
        let Some((name, span)) = &argument.name else {
            self.positional.push(node);
            return Ok(());
        };
        if keys.contains(&name.as_str()) && self.named(name).is_none() {
            self.named.push((name, node));
            return Ok(());
        }
        let message = format!("`{generator}` has no argument `{name}`");
        let help = did_you_mean(name, keys.iter().copied()).unwrap_or(format!("it is used so: {}", self.usage));
        Err(ExpressionError::new(span.clone(), message).help(help))
    }

    fn shape(&self, name: &str) -> Result<Shape, ExpressionError> {
        let inner = |at: usize| self.around.shape(self.positional[at]).map(Box::new);
        Ok(match name {
            "boolean" => Shape::Boolean,
            "real" | "single" => Shape::Real(self.reals(0, name == "single")?),
            "integer" => Shape::Integer(self.bounds(0, true)?),
            "vector" => Shape::Vector {
                length: self.size(0)?,
                reals: self.reals(1, false)?,
            },
            "matrix" => Shape::Matrix {
                sizes: Box::new([self.size(0)?, self.size(1)?]),
                reals: self.reals(2, false)?,
            },
            "distribution" | "positive_distribution" => Shape::Distribution {
                length: self.size(0)?,
                positive: name == "positive_distribution",
            },
            "probabilities" => Shape::Probabilities(self.size(0)?),
            "logits" => Shape::Logits {
                length: self.size(0)?,
                scale: self.named("scale").map(|node| self.number(node, false)).transpose()?,
            },
            "seed" => Shape::Seed,
            "index" => Shape::Index(self.countable()?),
            "mask" => Shape::Mask(self.size(0)?),
            "permutation" => Shape::Permutation(self.size(0)?),
            "character" => Shape::Character(self.alphabet(0)?),
            "text" => Shape::Text {
                length: self.size(0)?,
                alphabet: self.alphabet(1)?,
            },
            "list" => Shape::List {
                length: self.size(0)?,
                item: inner(1)?,
            },
            "option" => Shape::Option(inner(0)?),
            "result" => Shape::Result(inner(0)?, inner(1)?),
            "tuple" => {
                let members = self.positional.iter().map(|node| self.around.shape(node));
                Shape::Tuple(members.collect::<Result<_, _>>()?)
            }
            _ => {
                let from = self.formula(self.positional[0])?;
                let kind = from.kind.item().cloned().ok_or_else(|| self.misused())?;
                Shape::Choice { from, kind }
            }
        })
    }

    fn misused(&self) -> ExpressionError {
        ExpressionError::new(self.whole.clone(), "this generator is used in another way")
            .help(format!("for example `{}`", self.usage))
    }

    fn named(&self, name: &str) -> Option<&'a Node> {
        self.named
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, node)| *node)
    }

    fn reals(&self, at: usize, single: bool) -> Result<Reals, ExpressionError> {
        let bounds = (at < self.positional.len())
            .then(|| self.bounds(at, false).map(Box::new))
            .transpose()?;
        let special = match self.named("special") {
            None => Special::None,
            Some(node) => self.special(node)?,
        };
        Ok(Reals {
            bounds,
            special,
            single,
        })
    }

    fn special(&self, node: &Node) -> Result<Special, ExpressionError> {
        match &node.kind {
            NodeKind::Bool(true) => Ok(Special::All),
            NodeKind::Bool(false) => Ok(Special::None),
            _ => {
                let formula = self.formula(node)?;
                let is_list = formula.kind.item().is_some_and(Kind::is_number);
                let message = format!(
                    "`true` or a list of numbers is wanted here, but this is {}",
                    formula.kind
                );
                is_list
                    .then_some(Special::Of(formula))
                    .ok_or_else(|| ExpressionError::new(node.span.clone(), message))
            }
        }
    }

    fn alphabet(&self, at: usize) -> Result<Alphabet, ExpressionError> {
        let Some(node) = self.positional.get(at) else {
            return Ok(Alphabet(None));
        };
        let formula = self.formula(node)?;
        if formula.kind == Kind::Text {
            return Ok(Alphabet(Some(formula)));
        }
        let message = format!("a text of characters is wanted here, but this is {}", formula.kind);
        Err(ExpressionError::new(node.span.clone(), message))
    }

    fn countable(&self) -> Result<Formula, ExpressionError> {
        let of = self.formula(self.positional[0])?;
        if of.kind == Kind::Integer || of.kind.item().is_some() {
            return Ok(of);
        }
        let message = format!("a list or a count is wanted, but this is {}", of.kind);
        Err(ExpressionError::new(self.positional[0].span.clone(), message))
    }

    fn size(&self, at: usize) -> Result<Size, ExpressionError> {
        match self.positional[at].kind {
            NodeKind::Range { .. } => self.bounds(at, true).map(Size::Within),
            _ => self.number(self.positional[at], true).map(Size::Exactly),
        }
    }

    fn bounds(&self, at: usize, whole: bool) -> Result<Bounds, ExpressionError> {
        let NodeKind::Range { from, to, inclusive } = &self.positional[at].kind else {
            let span = self.positional[at].span.clone();
            let error = ExpressionError::new(span, "a range is wanted here");
            return Err(error.help(format!("for example `{}`", self.usage)));
        };
        Ok(Bounds {
            from: self.number(from, whole)?,
            to: self.number(to, whole)?,
            inclusive: *inclusive,
        })
    }

    fn number(&self, node: &Node, whole: bool) -> Result<Formula, ExpressionError> {
        let formula = self.formula(node)?;
        let fits = formula.kind == Kind::Integer || (!whole && formula.kind == Kind::Real);
        let want = if whole { "an integer" } else { "a number" };
        let message = format!("{want} is wanted here, but this is {}", formula.kind);
        if fits {
            Ok(formula)
        } else {
            Err(ExpressionError::new(node.span.clone(), message))
        }
    }

    fn formula(&self, node: &Node) -> Result<Formula, ExpressionError> {
        let Around { text, names, signature } = self.around;
        let formula = Formula::new(&text[node.span.clone()], names, signature).map_err(|mut error| {
            error.span = error.span.start + node.span.start..error.span.end + node.span.start;
            error
        })?;
        if formula.sites > 0 {
            let message = "inputs cannot depend on answers of the contract's functions";
            return Err(ExpressionError::new(node.span.clone(), message));
        }
        Ok(formula)
    }
}
