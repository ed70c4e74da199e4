//! What is wrong with a spec, as people read it: the place, the line, a caret under the token, what to do.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::place::{Path, Places};
use crate::expression::ExpressionError;

/// One thing that is wrong, by its path in the document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    path: Path,
    /// The bytes of the scalar that are meant, and the scalar.
    part: Option<(Range<usize>, String)>,
    at_key: bool,
    message: String,
    help: Option<String>,
}

impl Problem {
    pub(super) fn at(path: Path, message: impl Into<String>) -> Self {
        Self {
            path,
            part: None,
            at_key: false,
            message: message.into(),
            help: None,
        }
    }

    /// Something is wrong with the key rather than with its value.
    pub(super) fn at_key(path: Path, message: impl Into<String>) -> Self {
        Self {
            at_key: true,
            ..Self::at(path, message)
        }
    }

    /// Something is wrong inside an expression.
    pub(super) fn in_expression(path: Path, text: &str, error: ExpressionError) -> Self {
        Self {
            part: Some((error.span, text.to_owned())),
            help: error.help,
            ..Self::at(path, error.message)
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn span(&self, source: &str, places: &Places) -> Range<usize> {
        let Some((place, exact)) = places.nearest(&self.path) else {
            return 0..0;
        };
        if let (true, Some((part, text))) = (exact, &self.part) {
            return inside(source, &place.value, part, text);
        }
        if (self.at_key || !exact)
            && let Some(key) = &place.key
        {
            return key.clone();
        }
        first_line(source, &place.value)
    }
}

/// Where a part of a scalar stands in the source: exact for plain scalars and for quoted ones without escapes, otherwise the
/// whole scalar.
fn inside(source: &str, value: &Range<usize>, part: &Range<usize>, text: &str) -> Range<usize> {
    let written = &source[value.clone()];
    let offset = if written == text {
        Some(0)
    } else {
        (written.len() == text.len() + 2 && written.get(1..text.len() + 1) == Some(text)).then_some(1)
    };
    offset.map_or_else(
        || first_line(source, value),
        |offset| value.start + offset + part.start..value.start + offset + part.end,
    )
}

/// The first line of a value. The scanner gives a block map no length: then it is the line that it starts on.
fn first_line(source: &str, range: &Range<usize>) -> Range<usize> {
    let text = if range.is_empty() {
        &source[range.start..]
    } else {
        &source[range.clone()]
    };
    let end = text.find('\n').unwrap_or(text.len());
    range.start..range.start + text[..end].trim_end().len()
}

/// All that is wrong with a spec file.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecErrors {
    file: String,
    source: String,
    located: Vec<Located>,
}

#[derive(Debug, Clone, PartialEq)]
struct Located {
    span: Range<usize>,
    message: String,
    help: Option<String>,
}

impl SpecErrors {
    pub(super) fn new(file: &str, source: &str, problems: Vec<Problem>, places: &Places) -> Self {
        let located = problems.into_iter().map(|problem| Located {
            span: problem.span(source, places),
            message: problem.message,
            help: problem.help,
        });
        let mut located: Vec<Located> = located.collect();
        located.sort_by_key(|located| located.span.start);
        // What an exercise gives is read once for each of its checks.
        located.dedup();
        Self {
            file: file.to_owned(),
            source: source.to_owned(),
            located,
        }
    }

    /// Keys that come twice. The deserializer would name the map only.
    pub(super) fn of_repeated(file: &str, source: &str, repeated: &[Range<usize>]) -> Self {
        let located = repeated.iter().map(|span| Located {
            span: span.clone(),
            message: format!("`{}` comes twice", &source[span.clone()]),
            help: None,
        });
        Self {
            file: file.to_owned(),
            source: source.to_owned(),
            located: located.collect(),
        }
    }

    /// What the YAML deserializer says; it stops at the first thing it cannot read.
    pub(super) fn of_yaml(file: &str, source: &str, error: &serde_yaml::Error) -> Self {
        let text = error.to_string();
        let (message, start) = match error.location() {
            Some(location) => {
                let place = format!(" at line {} column {}", location.line(), location.column());
                (
                    text.replace(&place, ""),
                    offset(source, location.line(), location.column()),
                )
            }
            None => (text, 0),
        };
        let rest = &source[start..];
        let end = rest.find(['\n', ',', '}', ']']).unwrap_or(rest.len());
        let located = Located {
            span: start..start + rest[..end].trim_end().len(),
            message,
            help: None,
        };
        Self {
            file: file.to_owned(),
            source: source.to_owned(),
            located: vec![located],
        }
    }

    /// These, and what else is known: of one line, only the latter.
    pub(super) fn or_rather(self, mut other: Self) -> Self {
        let line = |located: &Located| line_and_column(&self.source, located.span.start).0;
        let lines: Vec<usize> = other.located.iter().map(line).collect();
        let more = self.located.iter().filter(|located| !lines.contains(&line(located)));
        other.located.extend(more.cloned());
        other.located.sort_by_key(|located| located.span.start);
        other
    }

    /// Line and column of each, from 1.
    #[must_use]
    pub fn places(&self) -> Vec<(usize, usize)> {
        self.located
            .iter()
            .map(|located| line_and_column(&self.source, located.span.start))
            .collect()
    }
}

impl fmt::Display for SpecErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, located) in self.located.iter().enumerate() {
            let annotation = AnnotationKind::Primary.span(located.span.clone());
            let snippet = Snippet::source(self.source.as_str())
                .path(self.file.as_str())
                .annotation(annotation);
            let mut group = Level::ERROR.primary_title(located.message.as_str()).element(snippet);
            if let Some(help) = &located.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            let gap = if index > 0 { "\n\n" } else { "" };
            write!(f, "{gap}{}", Renderer::plain().render(&[group]))?;
        }
        Ok(())
    }
}

impl std::error::Error for SpecErrors {}

fn offset(source: &str, line: usize, column: usize) -> usize {
    let before: usize = source
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let line = &source[before.min(source.len())..];
    before.min(source.len())
        + line
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(0, |(offset, _)| offset)
}

fn line_and_column(source: &str, offset: usize) -> (usize, usize) {
    let before = &source[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}
