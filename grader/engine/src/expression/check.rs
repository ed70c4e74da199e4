//! A tree + a contract's signature + the names in scope -> a type-checked [`Formula`].
//!
//! After this, evaluation meets no unknown name, function or operand; what can still fail depends on values.

use std::ops::Range;

use grader_abi::{Function, Signature};

use super::builtin::Builtin;
use super::evaluate::Whose;
use super::kind::Kind;
use super::parser::{Argument, Node, NodeKind, Operator, parse};
use super::{ExpressionError, did_you_mean};

/// The names in scope, in the order of the values that a case binds to them.
pub(crate) type Names = Vec<(String, Kind)>;

/// An expression that has been checked against a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// The text it came from.
    pub text: String,
    /// The kind of its value.
    pub kind: Kind,
    /// How many calls of the contract's functions it makes; each has a number below this.
    pub sites: usize,
    pub(super) root: Typed,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) step: Step,
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
    /// Whether its value depends on a student's answer.
    pub(super) of_student: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Constant(grader_abi::Value),
    /// The value bound to the name with this number.
    Name(usize),
    List(Vec<Typed>),
    Tuple(Vec<Typed>),
    Construct(Constructor, Option<Box<Typed>>),
    Negate(Box<Typed>),
    Not(Box<Typed>),
    Binary(Operator, Box<Typed>, Box<Typed>),
    Index(Box<Typed>, Box<Typed>),
    Builtin(Builtin, Vec<Typed>),
    Call {
        whose: Whose,
        function: u32,
        site: usize,
        arguments: Vec<Typed>,
        /// Whether an argument has a comparison in it.
        compares: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constructor {
    None,
    Some,
    Ok,
    Err,
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

    /// The numbers of the contract's functions that the student is asked to answer.
    #[must_use]
    pub fn student_functions(&self) -> Vec<u32> {
        let mut functions = Vec::new();
        student_functions(&self.root, &mut functions);
        functions
    }

    /// Whether evaluating it asks the student anything.
    #[must_use]
    pub fn asks_student(&self) -> bool {
        self.root.of_student
    }
}

fn student_functions(typed: &Typed, functions: &mut Vec<u32>) {
    if let Step::Call {
        whose: Whose::Student,
        function,
        ..
    } = &typed.step
        && !functions.contains(function)
    {
        functions.push(*function);
    }
    typed
        .children()
        .into_iter()
        .for_each(|child| student_functions(child, functions));
}

impl Typed {
    /// Whether a student's answer is to blame when it has no value: that a call's arguments do not fit is the doing of
    /// whoever wrote them.
    pub(super) fn blames_student(&self) -> bool {
        match &self.step {
            Step::Call { arguments, .. } => arguments.iter().any(|argument| argument.of_student),
            _ => self.of_student,
        }
    }

    /// The same, with quoted characters as characters where this kind has them: texts and characters are written alike.
    fn read_as(mut self, kind: &Kind) -> Self {
        match (&mut self.step, kind) {
            (Step::Constant(constant @ grader_abi::Value::Text(_)), Kind::Char) => {
                if let Some(character) = only_character(constant) {
                    *constant = grader_abi::Value::Char(character);
                    self.kind = Kind::Char;
                }
            }
            (Step::List(items), Kind::List(item)) => {
                items.iter_mut().for_each(|entry| entry.become_kind(item));
                let mut kinds = items.iter().map(|entry| &entry.kind);
                let unified = kinds.try_fold(Kind::Unknown, |kind, next| kind.unify(next));
                self.kind = unified.map_or(self.kind, Kind::list);
            }
            (Step::Tuple(members), Kind::Tuple(kinds)) => {
                members
                    .iter_mut()
                    .zip(kinds)
                    .for_each(|(member, kind)| member.become_kind(kind));
                self.kind = Kind::Tuple(members.iter().map(|member| member.kind.clone()).collect());
            }
            (Step::Construct(Constructor::Some, Some(inner)), Kind::Option(some)) => {
                inner.become_kind(some);
                self.kind = Kind::Option(Box::new(inner.kind.clone()));
            }
            _ => {}
        }
        self
    }

    fn become_kind(&mut self, kind: &Kind) {
        let nothing = Typed {
            step: Step::List(Vec::new()),
            kind: Kind::Unknown,
            span: 0..0,
            of_student: false,
        };
        *self = std::mem::replace(self, nothing).read_as(kind);
    }

    fn has_comparison(&self) -> bool {
        let here = matches!(&self.step, Step::Binary(operator, ..) if operator.is_comparison());
        here || self.children().into_iter().any(Self::has_comparison)
    }

    pub(super) fn children(&self) -> Vec<&Typed> {
        match &self.step {
            Step::Constant(_) | Step::Name(_) | Step::Construct(_, None) => Vec::new(),
            Step::List(items) | Step::Tuple(items) | Step::Builtin(_, items) => items.iter().collect(),
            Step::Call { arguments, .. } => arguments.iter().collect(),
            Step::Construct(_, Some(inner)) | Step::Negate(inner) | Step::Not(inner) => vec![inner],
            Step::Binary(_, left, right) | Step::Index(left, right) => vec![left, right],
        }
    }
}

struct Checker<'a> {
    names: &'a Names,
    signature: &'a Signature,
    sites: usize,
}

impl<'a> Checker<'a> {
    fn node(&mut self, node: &Node) -> Result<Typed, ExpressionError> {
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

    fn call(
        &mut self,
        reference: bool,
        name: &str,
        name_span: &Range<usize>,
        arguments: &[Argument],
        span: &Range<usize>,
    ) -> Result<(Step, Kind), ExpressionError> {
        if let Some((_, named)) = arguments.iter().find_map(|argument| argument.name.as_ref()) {
            let message = "only generators and records have named arguments";
            return Err(ExpressionError::new(named.clone(), message));
        }
        let nodes = arguments
            .iter()
            .map(|argument| self.node(&argument.node))
            .collect::<Result<Vec<_>, _>>()?;
        let signature: &'a Signature = self.signature;
        if let Some((number, function)) = signature.function(name) {
            return self.function(reference, number, function, nodes, span);
        }
        if reference {
            let names = signature.functions.iter().map(|function| function.name.as_str());
            return Err(
                ExpressionError::new(name_span.clone(), format!("the contract has no function `{name}`"))
                    .maybe_help(did_you_mean(name, names)),
            );
        }
        if let Some(constructor) = Constructor::named(name) {
            return construct(constructor, nodes, span);
        }
        if let Some(builtin) = Builtin::named(name) {
            let kinds: Vec<Kind> = nodes.iter().map(|node| node.kind.clone()).collect();
            let kind = builtin
                .check(&kinds)
                .map_err(|why| ExpressionError::new(span.clone(), format!("`{name}` {why}")))?;
            return Ok((Step::Builtin(builtin, nodes), kind));
        }
        if name.starts_with(char::is_uppercase) {
            let known = ["Some", "None", "Ok", "Err"];
            let help = did_you_mean(name, known).unwrap_or(format!("known: {}", known.join(", ")));
            return Err(ExpressionError::new(name_span.clone(), format!("nothing is made by `{name}`")).help(help));
        }
        let known = signature.functions.iter().map(|function| function.name.as_str());
        Err(
            ExpressionError::new(name_span.clone(), format!("unknown function `{name}`"))
                .maybe_help(did_you_mean(name, known.chain(Builtin::names()))),
        )
    }

    fn function(
        &mut self,
        reference: bool,
        number: u32,
        function: &Function,
        arguments: Vec<Typed>,
        span: &Range<usize>,
    ) -> Result<(Step, Kind), ExpressionError> {
        if arguments.len() != function.parameters.len() {
            let (got, want) = (arguments.len(), function.parameters.len());
            let plural = if want == 1 { "argument" } else { "arguments" };
            let message = format!("`{}` takes {want} {plural}, but it gets {got}", function.name);
            return Err(ExpressionError::new(span.clone(), message).help(format!("it is {function}")));
        }
        let pairs = arguments.into_iter().zip(&function.parameters);
        let arguments: Vec<Typed> = pairs
            .map(|(argument, parameter)| argument.read_as(&Kind::of(&parameter.ty)))
            .collect();
        for (argument, parameter) in arguments.iter().zip(&function.parameters) {
            if !passes(&argument.kind, &Kind::of(&parameter.ty)) {
                let message = format!(
                    "`{}` is {}, but this is {}",
                    parameter.name, parameter.ty, argument.kind
                );
                return Err(ExpressionError::new(argument.span.clone(), message).help(format!("it is {function}")));
            }
            if reference && argument.of_student {
                return Err(ExpressionError::new(
                    argument.span.clone(),
                    "the reference takes no student's answer",
                ));
            }
        }
        let site = self.sites;
        self.sites += 1;
        let whose = if reference { Whose::Reference } else { Whose::Student };
        Ok((
            Step::Call {
                whose,
                function: number,
                site,
                compares: arguments.iter().any(Typed::has_comparison),
                arguments,
            },
            Kind::of(&function.returns),
        ))
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

/// Both sides of a comparison: a quoted character is one where the other side is.
fn alike(left: Typed, right: Typed) -> (Typed, Typed) {
    let (left_kind, right_kind) = (left.kind.clone(), right.kind.clone());
    (left.read_as(&right_kind), right.read_as(&left_kind))
}

/// Whether a value of this kind can be an argument of that kind: integers widen, reals do not narrow.
fn passes(kind: &Kind, want: &Kind) -> bool {
    kind.unify(want).as_ref() == Some(want)
}

fn construct(
    constructor: Constructor,
    arguments: Vec<Typed>,
    span: &Range<usize>,
) -> Result<(Step, Kind), ExpressionError> {
    let Ok([inner]) = <[Typed; 1]>::try_from(arguments) else {
        return Err(ExpressionError::new(
            span.clone(),
            "this holds one value, as in `Some(2)`",
        ));
    };
    let (held, unknown) = (Box::new(inner.kind.clone()), Box::new(Kind::Unknown));
    let kind = match constructor {
        Constructor::None | Constructor::Some => Kind::Option(held),
        Constructor::Ok => Kind::Result(held, unknown),
        Constructor::Err => Kind::Result(unknown, held),
    };
    Ok((Step::Construct(constructor, Some(Box::new(inner))), kind))
}

fn only_character(value: &grader_abi::Value) -> Option<char> {
    let grader_abi::Value::Text(text) = value else {
        return None;
    };
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

impl Constructor {
    fn named(name: &str) -> Option<Self> {
        match name {
            "Some" => Some(Self::Some),
            "Ok" => Some(Self::Ok),
            "Err" => Some(Self::Err),
            _ => None,
        }
    }
}

impl Operator {
    fn is_comparison(self) -> bool {
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
