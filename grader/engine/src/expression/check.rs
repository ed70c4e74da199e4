//! A tree + a contract's signature + the names in scope -> a type-checked [`Formula`].
//!
//! After this, evaluation meets no unknown name, function or operand; what can still fail depends on values.

use std::ops::Range;

use grader_abi::Signature;

use super::character::alike;
use super::formula::{Constructor, Formula, Step, Typed};
use super::kind::Kind;
use super::parser::parse;
use super::scope::Whose;
use super::tree::{Node, NodeKind, Operator};
use super::{ExpressionError, did_you_mean};

/// The names in scope, in the order of the values that a case binds to them.
pub(crate) type Names = Vec<(String, Kind)>;

pub(super) struct Checker<'a> {
    pub(super) names: &'a Names,
    pub(super) signature: &'a Signature,
    pub(super) sites: usize,
}

impl Formula {
    /// Parses and checks a text.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place in the text.
    pub fn new(text: &str, names: &Names, signature: &Signature) -> Result<Self, ExpressionError> {
        let mut checker = Checker {
            names,
            signature,
            sites: 0,
        };
        let root = checker.node(&parse(text)?)?;
        Ok(Self {
            text: text.to_owned(),
            kind: root.kind.clone(),
            sites: checker.sites,
            root,
        })
    }
}

impl<'a> Checker<'a> {
    pub(super) fn node(&mut self, node: &Node) -> Result<Typed, ExpressionError> {
        use grader_abi::Value;
        let span = node.span.clone();
        let (step, kind) = match &node.kind {
            NodeKind::Bool(bool) => (Step::Constant(Value::Bool(*bool)), Kind::Bool),
            NodeKind::Integer(integer) => (Step::Constant(Value::Integer(*integer)), Kind::Integer),
            NodeKind::Real(real) => (Step::Constant(Value::Real(*real)), Kind::Real),
            NodeKind::Text(text) => (Step::Constant(Value::Text(text.clone())), Kind::Text),
            NodeKind::Name(name) => self.name(name, &span)?,
            NodeKind::List(items) => self.list(items)?,
            NodeKind::Tuple(members) => {
                let members = members
                    .iter()
                    .map(|member| self.node(member))
                    .collect::<Result<Vec<_>, _>>()?;
                let kind = Kind::Tuple(members.iter().map(|member| member.kind.clone()).collect());
                (Step::Tuple(members), kind)
            }
            NodeKind::Negate(inner) => {
                let inner = self.numeric(inner, "`-`")?;
                let kind = inner.kind.clone();
                (Step::Negate(Box::new(inner)), kind)
            }
            NodeKind::Not(inner) => {
                let inner = self.bool(inner, "`not`")?;
                (Step::Not(Box::new(inner)), Kind::Bool)
            }
            NodeKind::Binary(operator, left, right) => self.binary(*operator, left, right, &span)?,
            NodeKind::Index(list, index) => self.index(list, index)?,
            NodeKind::Field(record, name) => return Err(self.no_field(record, name, span)),
            NodeKind::Range { .. } => {
                return Err(ExpressionError::new(
                    span,
                    "a range stands only in a generator, as in `vector(2..=8)`",
                ));
            }
            NodeKind::Call {
                reference,
                name,
                name_span,
                arguments,
            } => self.call(*reference, name, name_span, arguments, &span)?,
        };
        let mut typed = Typed {
            step,
            kind,
            span,
            of_student: false,
        };
        typed.of_student = matches!(
            typed.step,
            Step::Call {
                whose: Whose::Student,
                ..
            }
        ) || typed.children().into_iter().any(|child| child.of_student);
        Ok(typed)
    }

    fn name(&self, name: &str, span: &Range<usize>) -> Result<(Step, Kind), ExpressionError> {
        if name == "None" {
            return Ok((
                Step::Construct(Constructor::None, None),
                Kind::Option(Box::new(Kind::Unknown)),
            ));
        }
        // A later binding hides an earlier one of the same name.
        if let Some(index) = self.names.iter().rposition(|(known, _)| known == name) {
            return Ok((Step::Name(index), self.names[index].1.clone()));
        }
        let error = ExpressionError::new(span.clone(), format!("unknown name `{name}`"));
        if let Some((_, function)) = self.signature.function(name) {
            return Err(error.help(format!("`{name}` is a function: {function}")));
        }
        let known: Vec<&str> = self.names.iter().map(|(name, _)| name.as_str()).collect();
        let listed = if known.is_empty() {
            "nothing is bound here; add `given` or `for_all`".to_owned()
        } else {
            format!("bound here: {}", known.join(", "))
        };
        Err(error.help(did_you_mean(name, known.iter().copied()).unwrap_or(listed)))
    }

    fn list(&mut self, items: &[Node]) -> Result<(Step, Kind), ExpressionError> {
        let items = items
            .iter()
            .map(|item| self.node(item))
            .collect::<Result<Vec<_>, _>>()?;
        let mut kind = Kind::Unknown;
        for item in &items {
            kind = kind.unify(&item.kind).ok_or_else(|| {
                let message = format!("a list holds one kind, but this is {} after {kind}", item.kind);
                ExpressionError::new(item.span.clone(), message)
            })?;
        }
        Ok((Step::List(items), kind.list()))
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Node,
        right: &Node,
        span: &Range<usize>,
    ) -> Result<(Step, Kind), ExpressionError> {
        let word = operator.symbol();
        let (left, right) = match operator {
            Operator::Or | Operator::And => (self.bool(left, word)?, self.bool(right, word)?),
            Operator::Equal | Operator::NotEqual => alike(self.node(left)?, self.node(right)?),
            _ => (self.numeric(left, word)?, self.numeric(right, word)?),
        };
        let unlike = |left: &Typed, right: &Typed| {
            ExpressionError::new(
                span.clone(),
                format!("{} and {} cannot be compared", left.kind, right.kind),
            )
        };
        let broadcast = |scalar: Kind| {
            let higher = if left.kind.rank() >= right.kind.rank() {
                &left.kind
            } else {
                &right.kind
            };
            higher.with_scalar(scalar)
        };
        let kind = match operator {
            Operator::Or | Operator::And => Kind::Bool,
            Operator::Equal | Operator::NotEqual => {
                left.kind.unify(&right.kind).ok_or_else(|| unlike(&left, &right))?;
                Kind::Bool
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                broadcast(Kind::Bool)
            }
            Operator::Add | Operator::Subtract | Operator::Multiply => {
                let scalar = left.kind.scalar().unify(right.kind.scalar()).unwrap_or(Kind::Real);
                broadcast(scalar)
            }
            Operator::Divide | Operator::Power => broadcast(Kind::Real),
        };
        Ok((Step::Binary(operator, Box::new(left), Box::new(right)), kind))
    }

    /// No type of a contract has fields yet.
    fn no_field(&mut self, record: &Node, name: &str, span: Range<usize>) -> ExpressionError {
        match self.node(record) {
            Ok(record) => {
                let span = span.end - name.len()..span.end;
                ExpressionError::new(span, format!("only a record has fields, but this is {}", record.kind))
            }
            Err(error) => error,
        }
    }

    fn index(&mut self, list: &Node, index: &Node) -> Result<(Step, Kind), ExpressionError> {
        let list = self.node(list)?;
        let index = self.node(index)?;
        if !matches!(index.kind, Kind::Integer) {
            return Err(ExpressionError::new(
                index.span,
                format!("an index is an integer, but this is {}", index.kind),
            ));
        }
        let kind = match (&list.kind, &index.step) {
            (Kind::List(item), _) => (**item).clone(),
            (Kind::Text, _) => Kind::Char,
            (Kind::Tuple(members), Step::Constant(grader_abi::Value::Integer(at))) => {
                let member = usize::try_from(*at).ok().and_then(|at| members.get(at));
                member.cloned().ok_or_else(|| {
                    ExpressionError::new(
                        index.span.clone(),
                        format!("a tuple of {} has no member {at}", members.len()),
                    )
                })?
            }
            (kind, _) => {
                return Err(ExpressionError::new(
                    list.span.clone(),
                    format!("only a list has entries, but this is {kind}"),
                ));
            }
        };
        Ok((Step::Index(Box::new(list), Box::new(index)), kind))
    }

    fn numeric(&mut self, node: &Node, word: &str) -> Result<Typed, ExpressionError> {
        let typed = self.node(node)?;
        if typed.kind.is_numeric() {
            return Ok(typed);
        }
        Err(ExpressionError::new(
            typed.span,
            format!("{word} works on numbers, but this is {}", typed.kind),
        ))
    }

    fn bool(&mut self, node: &Node, word: &str) -> Result<Typed, ExpressionError> {
        let typed = self.node(node)?;
        match typed.kind {
            Kind::Bool => Ok(typed),
            ref kind => {
                let error = ExpressionError::new(typed.span, format!("{word} works on one bool, but this is {kind}"));
                Err(if *kind.scalar() == Kind::Bool {
                    error.help("write `all(…)` or `any(…)`")
                } else {
                    error
                })
            }
        }
    }
}
