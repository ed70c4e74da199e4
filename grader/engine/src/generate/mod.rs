//! The cases of `for_all`: a generator's text -> a fixed list of inputs, small and round first.
//!
//! Every value is keyed by (seed, exercise id, check id, case, name), so that adding a check or a name changes no other
//! input. The first cases are corners and numbers that a person can work with by hand, later ones grow and have all digits:
//! the first case that fails is then a small one, and needs no shrinking.
//!
//! Must never: depend on the platform, the order of checks, or a library's idea of a distribution.

mod draw;
mod random;

use std::borrow::Cow;
use std::ops::Range;

use grader_abi::{Signature, Value};

use crate::compare::Tolerance;
use crate::expression::{
    ExpressionError, Formula, Kind, Names, Node, NodeKind, Scope, Stop, Whose, did_you_mean, parse,
};

pub(crate) use random::Key;

/// A generator of values of one kind.
#[derive(Debug)]
pub(crate) struct Generator {
    shape: Shape,
    /// The kind of its values.
    pub(crate) kind: Kind,
}

#[derive(Debug)]
enum Shape {
    Boolean,
    Real(Bounds),
    Integer(Bounds),
    Vector { length: Size, bounds: Option<Bounds> },
    Distribution { length: Size, positive: bool },
    Probabilities(Size),
    Logits { length: Size, scale: Option<Formula> },
    Index(Formula),
    Mask(Size),
    Permutation(Size),
    Choice(Formula),
}

/// How long a list is.
#[derive(Debug)]
enum Size {
    Exactly(Formula),
    Within(Bounds),
}

/// The ends of a range.
#[derive(Debug)]
struct Bounds {
    from: Formula,
    to: Formula,
    inclusive: bool,
}

/// Name and usage of every generator: the parser and its messages read the same table.
const TABLE: [(&str, &str); 12] = [
    ("boolean", "boolean()"),
    ("real", "real(-5..5)"),
    ("integer", "integer(0..=9)"),
    ("vector", "vector(2..=8, -5..5)"),
    ("distribution", "distribution(2..=8)"),
    ("positive_distribution", "positive_distribution(2..=8)"),
    ("probabilities", "probabilities(1..=8)"),
    ("logits", "logits(2..=8, scale = 5)"),
    ("index", "index(z)"),
    ("mask", "mask(len(x))"),
    ("permutation", "permutation(len(x))"),
    ("choice", "choice([0.0, 0.1, 0.5])"),
];

impl Generator {
    /// Reads a generator; its arguments can use the names before it.
    pub(crate) fn new(text: &str, names: &Names, signature: &Signature) -> Result<Self, ExpressionError> {
        let node = parse(text)?;
        let NodeKind::Call {
            reference: false,
            name,
            name_span,
            arguments,
        } = &node.kind
        else {
            return Err(
                ExpressionError::new(node.span, "a generator is wanted here").help("for example `distribution(2..=8)`")
            );
        };
        let Some((_, usage)) = TABLE.iter().find(|(known, _)| known == name) else {
            let known = TABLE.iter().map(|(name, _)| *name);
            let all = known.clone().collect::<Vec<_>>().join(", ");
            return Err(
                ExpressionError::new(name_span.clone(), format!("unknown generator `{name}`"))
                    .help(did_you_mean(name, known).unwrap_or(format!("known: {all}"))),
            );
        };
        let mut reader = Reader {
            text,
            names,
            signature,
            usage,
            positional: Vec::new(),
            scale: None,
            whole: node.span.clone(),
        };
        for argument in arguments {
            match argument.name.as_deref() {
                None => reader.positional.push(&argument.node),
                Some("scale") if name == "logits" && reader.scale.is_none() => reader.scale = Some(&argument.node),
                Some(other) => {
                    let message = format!("`{name}` has no argument `{other}`");
                    return Err(ExpressionError::new(argument.node.span.clone(), message)
                        .help(format!("it is used so: {usage}")));
                }
            }
        }
        reader.generator(name)
    }

    /// The value of one case of `cases`.
    pub(crate) fn draw(
        &self,
        case: u32,
        cases: u32,
        inputs: &[Value],
        signature: &Signature,
        key: &Key<'_>,
    ) -> Result<Value, String> {
        draw::Draw {
            case,
            cases,
            inputs,
            signature,
            random: key.random(case),
        }
        .value(&self.shape)
    }
}

struct Reader<'a> {
    text: &'a str,
    names: &'a Names,
    signature: &'a Signature,
    usage: &'a str,
    positional: Vec<&'a Node>,
    scale: Option<&'a Node>,
    whole: Range<usize>,
}

impl Reader<'_> {
    fn generator(&mut self, name: &str) -> Result<Generator, ExpressionError> {
        let most = match name {
            "boolean" => 0,
            "vector" => 2,
            _ => 1,
        };
        if self.positional.len() > most || (self.positional.is_empty() && most > 0) {
            return Err(self.misused());
        }
        let (shape, kind) = match name {
            "boolean" => (Shape::Boolean, Kind::Bool),
            "real" => (Shape::Real(self.bounds(0, false)?), Kind::Real),
            "integer" => (Shape::Integer(self.bounds(0, true)?), Kind::Integer),
            "vector" => {
                let bounds = (self.positional.len() == 2)
                    .then(|| self.bounds(1, false))
                    .transpose()?;
                (
                    Shape::Vector {
                        length: self.size()?,
                        bounds,
                    },
                    Kind::Real.list(),
                )
            }
            "distribution" => (
                Shape::Distribution {
                    length: self.size()?,
                    positive: false,
                },
                Kind::Real.list(),
            ),
            "positive_distribution" => (
                Shape::Distribution {
                    length: self.size()?,
                    positive: true,
                },
                Kind::Real.list(),
            ),
            "probabilities" => (Shape::Probabilities(self.size()?), Kind::Real.list()),
            "logits" => {
                let scale = self.scale.map(|node| self.number(node, false)).transpose()?;
                (
                    Shape::Logits {
                        length: self.size()?,
                        scale,
                    },
                    Kind::Real.list(),
                )
            }
            "index" => {
                let of = self.formula(self.positional[0])?;
                if of.kind != Kind::Integer && of.kind.item().is_none() {
                    return Err(ExpressionError::new(
                        self.positional[0].span.clone(),
                        format!("a list or a count is wanted, but this is {}", of.kind),
                    ));
                }
                (Shape::Index(of), Kind::Integer)
            }
            "mask" => (Shape::Mask(self.size()?), Kind::Real.list()),
            "permutation" => (Shape::Permutation(self.size()?), Kind::Integer.list()),
            _ => {
                let from = self.formula(self.positional[0])?;
                let kind = from.kind.item().cloned().ok_or_else(|| self.misused())?;
                (Shape::Choice(from), kind)
            }
        };
        Ok(Generator { shape, kind })
    }

    fn misused(&self) -> ExpressionError {
        ExpressionError::new(self.whole.clone(), "this generator is used in another way")
            .help(format!("for example `{}`", self.usage))
    }

    fn size(&self) -> Result<Size, ExpressionError> {
        match self.positional[0].kind {
            NodeKind::Range { .. } => self.bounds(0, true).map(Size::Within),
            _ => self.number(self.positional[0], true).map(Size::Exactly),
        }
    }

    fn bounds(&self, argument: usize, whole: bool) -> Result<Bounds, ExpressionError> {
        let NodeKind::Range { from, to, inclusive } = &self.positional[argument].kind else {
            let span = self.positional[argument].span.clone();
            return Err(
                ExpressionError::new(span, "a range is wanted here").help(format!("for example `{}`", self.usage))
            );
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
        let formula =
            Formula::new(&self.text[node.span.clone()], self.names, self.signature).map_err(|mut error| {
                error.span = error.span.start + node.span.start..error.span.end + node.span.start;
                error
            })?;
        if formula.sites > 0 {
            return Err(ExpressionError::new(
                node.span.clone(),
                "inputs cannot depend on answers of the contract's functions",
            ));
        }
        Ok(formula)
    }
}

/// The value of an argument.
fn value_of(formula: &Formula, inputs: &[Value], signature: &Signature) -> Result<Value, String> {
    let tolerance = Tolerance {
        rel: 0.0,
        abs: 0.0,
        nan_equal: false,
    };
    let mut scope = Scope {
        inputs,
        signature,
        bare: Whose::Reference,
        student: &[],
        reference: &[],
        tolerance,
        missing: Vec::new(),
        compared: Vec::new(),
        in_order: None,
        stuck: false,
    };
    formula
        .evaluate(&mut scope)
        .map(Cow::into_owned)
        .map_err(|stop| match stop {
            Stop::Unfit { why, text, .. } => format!("`{text}` has no value: {why}"),
            Stop::Missing | Stop::Ended { .. } => "it depends on an answer".to_owned(),
        })
}
