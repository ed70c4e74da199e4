//! Tokens -> a tree. Knows the grammar, not the contract.
//!
//! Binding, loosest first: `or`, `and`, `not`, comparisons (which do not chain), `..`, `+ -`, `* /`, unary `-`, `^` (right
//! to left), calls and indices. As in mathematics, `-2 ^ 2` is -4.

use std::ops::Range;

use super::ExpressionError;
use super::lexer::{Token, lex};
use super::tree::{Node, NodeKind, Operator};

/// How deep expressions can be nested.
const MAX_DEPTH: usize = 64;
/// How many operators and indices an expression has: a chain of them is as deep as it is long.
const MAX_OPERATIONS: usize = 256;

pub(crate) fn parse(text: &str) -> Result<Node, ExpressionError> {
    let tokens = lex(text)?;
    if tokens.len() == 1 {
        return Err(ExpressionError::new(0..text.len(), "an expression is missing here"));
    }
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        operations: 0,
    };
    let node = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.unexpected("the expression should end here")),
    }
}

pub(super) struct Parser {
    pub(super) tokens: Vec<(Token, Range<usize>)>,
    pub(super) at: usize,
    depth: usize,
    operations: usize,
}

impl Parser {
    pub(super) fn expression(&mut self) -> Result<Node, ExpressionError> {
        self.nested(|parser| {
            parser.words("or", Operator::Or, |parser| {
                parser.words("and", Operator::And, Self::negation)
            })
        })
    }

    fn words(
        &mut self,
        word: &str,
        operator: Operator,
        mut operand: impl FnMut(&mut Self) -> Result<Node, ExpressionError>,
    ) -> Result<Node, ExpressionError> {
        let mut left = operand(self)?;
        while self.take_word(word) {
            let right = operand(self)?;
            left = self.binary(operator, left, right)?;
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Node, ExpressionError> {
        let start = self.span().start;
        if !self.take_word("not") {
            return self.comparison();
        }
        let node = self.nested(Self::negation)?;
        Ok(Node {
            span: start..node.span.end,
            kind: NodeKind::Not(Box::new(node)),
        })
    }

    fn comparison(&mut self) -> Result<Node, ExpressionError> {
        const COMPARISONS: [(&str, Operator); 6] = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let left = self.range()?;
        let Some(operator) = self.take_operator(&COMPARISONS) else {
            return Ok(left);
        };
        let right = self.range()?;
        let span = self.span();
        if self.take_operator(&COMPARISONS).is_some() {
            return Err(ExpressionError::new(span, "comparisons do not chain").help("write `a < b and b < c`"));
        }
        self.binary(operator, left, right)
    }

    fn range(&mut self) -> Result<Node, ExpressionError> {
        let from = self.sum()?;
        let inclusive = match self.peek() {
            Token::Symbol("..") => false,
            Token::Symbol("..=") => true,
            _ => return Ok(from),
        };
        self.at += 1;
        let to = self.sum()?;
        let span = from.span.start..to.span.end;
        Ok(Node {
            kind: NodeKind::Range {
                from: Box::new(from),
                to: Box::new(to),
                inclusive,
            },
            span,
        })
    }

    fn sum(&mut self) -> Result<Node, ExpressionError> {
        let mut left = self.product()?;
        while let Some(operator) = self.take_operator(&[("+", Operator::Add), ("-", Operator::Subtract)]) {
            let right = self.product()?;
            left = self.binary(operator, left, right)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Node, ExpressionError> {
        let mut left = self.minus()?;
        while let Some(operator) = self.take_operator(&[("*", Operator::Multiply), ("/", Operator::Divide)]) {
            let right = self.minus()?;
            left = self.binary(operator, left, right)?;
        }
        Ok(left)
    }

    fn minus(&mut self) -> Result<Node, ExpressionError> {
        let start = self.span().start;
        if !self.take_symbol("-") {
            return self.power();
        }
        let node = self.nested(Self::minus)?;
        Ok(Node {
            span: start..node.span.end,
            kind: NodeKind::Negate(Box::new(node)),
        })
    }

    fn power(&mut self) -> Result<Node, ExpressionError> {
        let base = self.indexed()?;
        if !self.take_symbol("^") {
            return Ok(base);
        }
        let exponent = self.nested(Self::minus)?;
        self.binary(Operator::Power, base, exponent)
    }

    fn indexed(&mut self) -> Result<Node, ExpressionError> {
        let mut node = self.atom()?;
        loop {
            let start = node.span.start;
            let (kind, end) = if self.take_symbol("[") {
                let index = self.expression()?;
                (NodeKind::Index(Box::new(node), Box::new(index)), self.expect("]")?)
            } else if self.take_symbol(".") {
                let end = self.span().end;
                (NodeKind::Field(Box::new(node), self.field()?), end)
            } else {
                return Ok(node);
            };
            self.operation()?;
            node = Node { kind, span: start..end };
        }
    }

    fn field(&mut self) -> Result<String, ExpressionError> {
        let Token::Name(name) = self.peek().clone() else {
            return Err(self.unexpected("the name of a field is missing after `.`"));
        };
        self.at += 1;
        Ok(name)
    }

    fn binary(&mut self, operator: Operator, left: Node, right: Node) -> Result<Node, ExpressionError> {
        self.operation()?;
        let span = left.span.start..right.span.end;
        Ok(Node {
            kind: NodeKind::Binary(operator, Box::new(left), Box::new(right)),
            span,
        })
    }

    fn operation(&mut self) -> Result<(), ExpressionError> {
        self.operations += 1;
        if self.operations <= MAX_OPERATIONS {
            return Ok(());
        }
        let message = format!("an expression has at most {MAX_OPERATIONS} operators");
        Err(ExpressionError::new(self.span(), message))
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, ExpressionError>) -> Result<T, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExpressionError::new(self.span(), "nested too deeply"));
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(next) if *next == symbol);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(name) if name == word);
        self.at += usize::from(found);
        found
    }

    fn take_operator(&mut self, operators: &[(&str, Operator)]) -> Option<Operator> {
        operators
            .iter()
            .find(|(symbol, _)| self.take_symbol(symbol))
            .map(|(_, operator)| *operator)
    }

    pub(super) fn expect(&mut self, symbol: &'static str) -> Result<usize, ExpressionError> {
        let end = self.span().end;
        if self.take_symbol(symbol) {
            Ok(end)
        } else {
            Err(self.unexpected(&format!("`{symbol}` is missing here")))
        }
    }

    pub(super) fn unexpected(&self, message: &str) -> ExpressionError {
        let (token, span) = &self.tokens[self.at];
        let message = match token {
            Token::Symbol("=") => "`=` names an argument, as in `scale = 1e6`; equality is `==`",
            _ => message,
        };
        ExpressionError::new(span.clone(), message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree with every operation in brackets.
    fn brackets(node: &Node) -> String {
        let list = |nodes: &[Node]| nodes.iter().map(brackets).collect::<Vec<_>>().join(" ");
        match &node.kind {
            NodeKind::Bool(bool) => bool.to_string(),
            NodeKind::Integer(integer) => integer.to_string(),
            NodeKind::Real(real) => format!("{real:?}"),
            NodeKind::Text(text) => format!("{text:?}"),
            NodeKind::Name(name) => name.clone(),
            NodeKind::List(items) => format!("[{}]", list(items)),
            NodeKind::Tuple(members) => format!("<{}>", list(members)),
            NodeKind::Negate(node) => format!("(- {})", brackets(node)),
            NodeKind::Not(node) => format!("(not {})", brackets(node)),
            NodeKind::Binary(operator, left, right) => format!("({operator:?} {} {})", brackets(left), brackets(right)),
            NodeKind::Index(node, index) => format!("(at {} {})", brackets(node), brackets(index)),
            NodeKind::Field(node, name) => format!("(field {} {name})", brackets(node)),
            NodeKind::Range { from, to, inclusive } => format!(
                "(to{} {} {})",
                if *inclusive { "=" } else { "" },
                brackets(from),
                brackets(to)
            ),
            NodeKind::Call {
                reference,
                name,
                arguments,
                ..
            } => {
                let arguments: Vec<String> = arguments
                    .iter()
                    .map(|argument| match &argument.name {
                        Some((name, _)) => format!("{name}={}", brackets(&argument.node)),
                        None => brackets(&argument.node),
                    })
                    .collect();
                format!(
                    "({}{name} {})",
                    if *reference { "reference." } else { "" },
                    arguments.join(" ")
                )
            }
        }
    }

    #[test]
    fn operators_bind_as_in_mathematics() {
        for (text, want) in [
            ("-2 ^ 2", "(- (Power 2 2))"),
            ("2 ^ 3 ^ 2", "(Power 2 (Power 3 2))"),
            ("2 ^ -1", "(Power 2 (- 1))"),
            ("a - b - c", "(Subtract (Subtract a b) c)"),
            ("a + b * c", "(Add a (Multiply b c))"),
            ("not a == b and c or d", "(Or (And (not (Equal a b)) c) d)"),
            ("f(p, scale = 1e6)[0][1]", "(at (at (f p scale=1000000.0) 0) 1)"),
            ("f(x).a[0].b", "(field (at (field (f x) a) 0) b)"),
            ("reference.f(g(x))", "(reference.f (g x))"),
            ("[1, 2.5, inf,]", "[1 2.5 inf]"),
            ("(a, 'b')", "<a \"b\">"),
            ("()", "<>"),
            ("(a)", "a"),
            ("f(2..=8, 0..n + 1)", "(f (to= 2 8) (to 0 (Add n 1)))"),
            ("Some(-0.0)", "(Some (- 0.0))"),
        ] {
            assert_eq!(brackets(&parse(text).unwrap()), want, "{text}");
        }
    }

    #[test]
    fn an_error_points_at_the_token() {
        for (text, message, span) in [
            ("", "an expression is missing here", 0..0),
            ("a +", "a value is missing here", 3..3),
            ("0 < x < 2", "comparisons do not chain", 6..7),
            ("f(a", "`)` is missing here", 3..3),
            ("f(a b)", "`)` is missing here", 4..5),
            (
                "a = b",
                "`=` names an argument, as in `scale = 1e6`; equality is `==`",
                2..3,
            ),
            ("a b", "the expression should end here", 2..3),
            (
                "reference.3",
                "the name of a function is missing after `reference.`",
                10..11,
            ),
            (
                "a and or",
                "`or` is a word of the language; a value is missing here",
                6..8,
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.message.as_str(), error.span), (message, span), "{text}");
        }
    }

    #[test]
    fn a_long_chain_is_refused_since_its_tree_is_deep() {
        for (link, last) in [
            ("1+", "1"),
            ("1*", "1"),
            ("a or ", "a"),
            ("a and ", "a"),
            ("2^(1)*", "1"),
        ] {
            let text = format!("{}{last}", link.repeat(600));
            let error = parse(&text).unwrap_err();
            assert_eq!(error.message, "an expression has at most 256 operators", "{link}");
        }
        assert!(parse(&format!("a{}", "[0]".repeat(1000))).is_err());
        assert!(parse(&format!("{}1", "1+".repeat(256))).is_ok());
    }

    #[test]
    fn deep_nesting_is_refused_without_a_deep_stack() {
        for text in [
            "(".repeat(4000),
            "-".repeat(4000),
            "not ".repeat(1000),
            "2^".repeat(2000),
            "[".repeat(4000),
        ] {
            assert_eq!(parse(&text).unwrap_err().message, "nested too deeply");
        }
    }
}
