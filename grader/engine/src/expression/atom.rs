//! The parts of an expression that no operator takes apart: literals, names, calls, lists, what stands in brackets.

use std::ops::Range;

use super::ExpressionError;
use super::lexer::Token;
use super::parser::Parser;
use super::tree::{Argument, Node, NodeKind};

impl Parser {
    pub(super) fn atom(&mut self) -> Result<Node, ExpressionError> {
        let span = self.span();
        let kind = match self.peek().clone() {
            Token::Integer(integer) => NodeKind::Integer(integer),
            Token::Real(real) => NodeKind::Real(real),
            Token::Text(text) => NodeKind::Text(text),
            Token::Name(name) => return self.name(name, span),
            Token::Symbol("(") => return self.parenthesis(span.start),
            Token::Symbol("[") => {
                self.at += 1;
                let (items, end) = self.items("]")?;
                return Ok(Node {
                    kind: NodeKind::List(items),
                    span: span.start..end,
                });
            }
            Token::Symbol(_) | Token::End => return Err(self.unexpected("a value is missing here")),
        };
        self.at += 1;
        Ok(Node { kind, span })
    }

    fn name(&mut self, name: String, span: Range<usize>) -> Result<Node, ExpressionError> {
        self.at += 1;
        match name.as_str() {
            "true" => {
                return Ok(Node {
                    kind: NodeKind::Bool(true),
                    span,
                });
            }
            "false" => {
                return Ok(Node {
                    kind: NodeKind::Bool(false),
                    span,
                });
            }
            "inf" => {
                return Ok(Node {
                    kind: NodeKind::Real(f64::INFINITY),
                    span,
                });
            }
            "nan" => {
                return Ok(Node {
                    kind: NodeKind::Real(f64::NAN),
                    span,
                });
            }
            "and" | "or" | "not" => {
                return Err(ExpressionError::new(
                    span,
                    format!("`{name}` is a word of the language; a value is missing here"),
                ));
            }
            _ => {}
        }
        if name == "reference" && self.take_symbol(".") {
            let name_span = self.span();
            let Token::Name(name) = self.peek().clone() else {
                return Err(self.unexpected("the name of a function is missing after `reference.`"));
            };
            self.at += 1;
            return self.call(true, name, name_span, span.start);
        }
        if *self.peek() == Token::Symbol("(") {
            return self.call(false, name, span.clone(), span.start);
        }
        Ok(Node {
            kind: NodeKind::Name(name),
            span,
        })
    }

    fn call(
        &mut self,
        reference: bool,
        name: String,
        name_span: Range<usize>,
        start: usize,
    ) -> Result<Node, ExpressionError> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !matches!(self.peek(), Token::Symbol(")")) {
            let argument_name = match (
                self.peek().clone(),
                self.tokens.get(self.at + 1).map(|(token, _)| token),
            ) {
                (Token::Name(name), Some(Token::Symbol("="))) => {
                    let span = self.span();
                    self.at += 2;
                    Some((name, span))
                }
                _ => None,
            };
            arguments.push(Argument {
                name: argument_name,
                node: self.expression()?,
            });
            if !self.take_symbol(",") {
                break;
            }
        }
        let end = self.expect(")")?;
        Ok(Node {
            kind: NodeKind::Call {
                reference,
                name,
                name_span,
                arguments,
            },
            span: start..end,
        })
    }

    fn parenthesis(&mut self, start: usize) -> Result<Node, ExpressionError> {
        self.at += 1;
        if self.take_symbol(")") {
            return Ok(Node {
                kind: NodeKind::Tuple(Vec::new()),
                span: start..start + 2,
            });
        }
        let first = self.expression()?;
        if *self.peek() == Token::Symbol(")") {
            self.at += 1;
            return Ok(first);
        }
        self.expect(",")?;
        let (mut rest, end) = self.items(")")?;
        rest.insert(0, first);
        Ok(Node {
            kind: NodeKind::Tuple(rest),
            span: start..end,
        })
    }

    fn items(&mut self, close: &'static str) -> Result<(Vec<Node>, usize), ExpressionError> {
        let mut items = Vec::new();
        while *self.peek() != Token::Symbol(close) {
            items.push(self.expression()?);
            if !self.take_symbol(",") {
                break;
            }
        }
        Ok((items, self.expect(close)?))
    }
}
