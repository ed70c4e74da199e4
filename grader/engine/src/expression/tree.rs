//! The tree of an expression, as its text has it.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeKind {
    Bool(bool),
    Integer(i128),
    Real(f64),
    Text(String),
    Name(String),
    List(Vec<Node>),
    Tuple(Vec<Node>),
    Negate(Box<Node>),
    Not(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Index(Box<Node>, Box<Node>),
    /// `record.name`
    Field(Box<Node>, String),
    Range {
        from: Box<Node>,
        to: Box<Node>,
        inclusive: bool,
    },
    /// `name(…)` or `reference.name(…)`; a capitalised name constructs.
    Call {
        reference: bool,
        name: String,
        name_span: Range<usize>,
        arguments: Vec<Argument>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Argument {
    /// Its name, if it has one, and where that stands.
    pub(crate) name: Option<(String, Range<usize>)>,
    pub(crate) node: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Node {
    /// The nodes directly below.
    #[cfg(feature = "spec")]
    pub(crate) fn children(&self) -> Vec<&Node> {
        match &self.kind {
            NodeKind::Bool(_) | NodeKind::Integer(_) | NodeKind::Real(_) | NodeKind::Text(_) | NodeKind::Name(_) => {
                Vec::new()
            }
            NodeKind::List(items) | NodeKind::Tuple(items) => items.iter().collect(),
            NodeKind::Negate(inner) | NodeKind::Not(inner) | NodeKind::Field(inner, _) => vec![inner],
            NodeKind::Binary(_, left, right) | NodeKind::Index(left, right) => vec![left, right],
            NodeKind::Range { from, to, .. } => vec![from, to],
            NodeKind::Call { arguments, .. } => arguments.iter().map(|argument| &argument.node).collect(),
        }
    }
}

impl Operator {
    pub(super) fn is_comparison(self) -> bool {
        match self {
            Self::Equal | Self::NotEqual | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => {
                true
            }
            Self::Or | Self::And | Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Power => false,
        }
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }
}
