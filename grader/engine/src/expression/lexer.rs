//! The text of an expression -> tokens with their places.

use std::ops::Range;

use super::ExpressionError;

/// The longest expression, in bytes.
const MAX_LENGTH: usize = 4096;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Integer(i128),
    Real(f64),
    Text(String),
    Name(String),
    Symbol(&'static str),
    End,
}

/// All symbols, longer ones before their beginnings.
const SYMBOLS: [&str; 23] = [
    "..=", "..", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^", "=", "(", ")", "[", "]", ",", ".", "&&",
    "||", "!",
];

pub(super) fn lex(text: &str) -> Result<Vec<(Token, Range<usize>)>, ExpressionError> {
    if text.len() > MAX_LENGTH {
        return Err(ExpressionError::new(
            0..text.len(),
            format!("an expression has at most {MAX_LENGTH} bytes"),
        ));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = token(text, at, first)?;
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

fn token(text: &str, at: usize, first: char) -> Result<(Token, usize), ExpressionError> {
    let rest = &text[at..];
    if first.is_ascii_digit() {
        return number(rest, at);
    }
    if first.is_alphabetic() || first == '_' {
        let length = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        return Ok((Token::Name(rest[..length].to_owned()), length));
    }
    if first == '"' || first == '\'' {
        return quoted(rest, at, first);
    }
    match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        Some(&"&&") => Err(ExpressionError::new(at..at + 2, "`&&` is written `and`")),
        Some(&"||") => Err(ExpressionError::new(at..at + 2, "`||` is written `or`")),
        Some(&"!") => Err(ExpressionError::new(at..at + 1, "`!` is written `not`")),
        Some(symbol) => Ok((Token::Symbol(symbol), symbol.len())),
        None => Err(ExpressionError::new(
            at..at + first.len_utf8(),
            format!("unexpected character `{first}`"),
        )),
    }
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), ExpressionError> {
    let digits = |from: usize| {
        from + rest[from..]
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len() - from)
    };
    let mut end = digits(0);
    let mut real = false;
    // `1..3` is a range, `1.` is not a number.
    if rest[end..].starts_with('.') && rest[end + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        real = true;
        end = digits(end + 1);
    }
    if rest[end..].starts_with(['e', 'E']) {
        let exponent = end + 1 + usize::from(rest[end + 1..].starts_with(['+', '-']));
        if rest[exponent..].starts_with(|c: char| c.is_ascii_digit()) {
            real = true;
            end = digits(exponent);
        }
    }
    if rest[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        let end = end
            + rest[end..]
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len() - end);
        return Err(ExpressionError::new(
            at..at + end,
            format!("`{}` is not a number", &rest[..end]),
        ));
    }
    let span = at..at + end;
    let text = &rest[..end];
    if !real {
        let too_large = |_| ExpressionError::new(span, format!("`{text}` is too large for an integer"));
        return text
            .parse()
            .map(|integer| (Token::Integer(integer), end))
            .map_err(too_large);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Real(value), end)),
        Ok(_) | Err(_) => {
            Err(ExpressionError::new(span, format!("`{text}` is too large for an f64"))
                .help("for infinity write `inf`"))
        }
    }
}

fn quoted(rest: &str, at: usize, quote: char) -> Result<(Token, usize), ExpressionError> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                Some(_) | None => {
                    let span = at + index..at + rest.len().min(index + 2);
                    return Err(ExpressionError::new(span, "unknown escape").help("known: \\n \\t \\\\ \\\" \\'"));
                }
            },
            closing if closing == quote => return Ok((Token::Text(text), index + quote.len_utf8())),
            other => text.push(other),
        }
    }
    Err(ExpressionError::new(
        at..at + rest.len(),
        "this text has no closing quote",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ranges_names_and_texts_are_told_apart() {
        use Token::{Integer, Name, Real, Symbol, Text};
        for (text, want) in [
            ("1..3", vec![Integer(1), Symbol(".."), Integer(3)]),
            ("2..=8", vec![Integer(2), Symbol("..="), Integer(8)]),
            ("1e-9", vec![Real(1e-9)]),
            ("0.5*x_1", vec![Real(0.5), Symbol("*"), Name("x_1".into())]),
            ("'a\\'b'", vec![Text("a'b".into())]),
            (
                "reference.f",
                vec![Name("reference".into()), Symbol("."), Name("f".into())],
            ),
        ] {
            let tokens: Vec<Token> = lex(text).unwrap().into_iter().map(|(token, _)| token).collect();
            assert_eq!(tokens[..tokens.len() - 1], want, "{text}");
        }
    }

    #[test]
    fn what_is_no_token_is_named_with_its_place() {
        for (text, message, span) in [
            ("1e400", "`1e400` is too large for an f64", 0..5),
            ("a + 1x", "`1x` is not a number", 4..6),
            ("a && b", "`&&` is written `and`", 2..4),
            ("a ? b", "unexpected character `?`", 2..3),
            ("'open", "this text has no closing quote", 0..5),
            (
                "1000000000000000000000000000000000000000",
                "`1000000000000000000000000000000000000000` is too large for an integer",
                0..40,
            ),
        ] {
            let error = lex(text).unwrap_err();
            assert_eq!((error.message.as_str(), error.span), (message, span), "{text}");
        }
        assert!(lex(&"x".repeat(5000)).is_err());
    }
}
