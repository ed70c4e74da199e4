//! A check that did not pass -> its block: what was called, what came, what was wanted, a drawing.

use serde_json::Value;

use super::listing::{Failure, Key, Written, key};
use super::overview::tag;
use super::plot::Plot;
use super::submission::Audience;
use crate::report::{CheckReport, ExerciseReport, ObservedReport, VerdictReport, points};

/// How much of a text is shown, in characters.
const LONGEST: usize = 4000;

/// How much of a line that stands for a text.
const LONGEST_LINE: usize = 90;
/// About how many bytes of tags a text or a drawing takes.
const MARKUP: usize = 250;

/// A check that failed.
#[derive(Debug)]
pub(super) struct CheckView {
    pub(super) name: String,
    /// `hidden` or `named`; nothing when it is public.
    pub(super) tag: &'static str,
    pub(super) earned: String,
    pub(super) possible: String,
    pub(super) body: Body,
}

/// What is said of it.
#[derive(Debug)]
pub(super) enum Body {
    /// Everything.
    Full(Full),
    /// That it stands elsewhere in the page.
    Pointer(Failure),
    /// The last line, for the page is full; all of it is in `report.json`.
    Cut { why: String, failure: Failure },
}

/// All there is to say of a failure.
#[derive(Debug)]
pub(super) struct Full {
    /// Where others point to, if others fail in the same way.
    pub(super) shared: Option<Failure>,
    pub(super) text: Vec<Piece>,
    /// What helps, if the spec says so.
    pub(super) hint: Option<String>,
    pub(super) plot: Option<Plot>,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether it is what differs.
    pub(super) marked: bool,
}

impl CheckView {
    /// A check that failed, of the submission with this number.
    pub(super) fn new(
        submission: usize,
        exercise: &ExerciseReport,
        check: &CheckReport,
        audience: &mut Audience<'_, '_>,
    ) -> Self {
        Self {
            name: check.name.clone(),
            tag: tag(check.visibility),
            earned: points(check.earned),
            possible: points(check.possible),
            body: Body::new(&key(exercise, check), submission, check, audience),
        }
    }
}

impl Body {
    fn new(key: &Key, submission: usize, check: &CheckReport, audience: &mut Audience<'_, '_>) -> Self {
        let full = Full::new(check, None);
        match audience {
            Audience::Student => Self::Full(full),
            Audience::Instructor(listing) => match listing.write(key, submission, full.size()) {
                Written::Full(failure) => Self::Full(Full {
                    shared: (failure.count > 1).then_some(failure),
                    ..full
                }),
                Written::Pointer(failure) => Self::Pointer(failure),
                Written::Cut(failure) => Self::Cut {
                    why: full.last_line(),
                    failure,
                },
            },
        }
    }
}

impl Full {
    fn new(check: &CheckReport, shared: Option<Failure>) -> Self {
        let observed = check.observed.first().filter(|_| check.verdict == VerdictReport::Fail);
        let (text, hint) = match said(check).rsplit_once("\nhint: ") {
            Some((text, hint)) => (text, Some(hint.to_owned())),
            None => (said(check), None),
        };
        Self {
            shared,
            text: pieces(&cut(text, LONGEST), observed),
            hint,
            plot: observed.and_then(Plot::new),
        }
    }

    /// About how many bytes it takes in the page.
    fn size(&self) -> usize {
        let text: usize = self.text.iter().map(|piece| piece.text.len()).sum();
        let plot = self
            .plot
            .as_ref()
            .map_or(0, |plot| MARKUP + plot.got.len() + plot.want.len());
        MARKUP + text + plot
    }

    /// The last line of it: what is wrong, in a sentence.
    fn last_line(&self) -> String {
        let text: String = self.text.iter().map(|piece| piece.text.as_str()).collect();
        cut(text.lines().last().unwrap_or_default().trim(), LONGEST_LINE)
    }
}

/// What is said of a check: the student's words if there are any, which have the hint, or else the instructor's.
pub(super) fn said(check: &CheckReport) -> &str {
    let text = check.feedback.as_deref().or(check.detail.as_deref());
    text.unwrap_or_default()
}

/// A text, cut where it is too long.
pub(super) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… cut: {} characters in all", &text[..end], text.chars().count()),
    }
}

/// The text with the entry marked that differs most, in the list that came and in the list that was wanted. Where a list
/// does not stand in the text as it is, nothing is marked.
fn pieces(text: &str, observed: Option<&ObservedReport>) -> Vec<Piece> {
    let marked = observed.and_then(|observed| {
        let index = &observed.worst.as_ref()?.index;
        let got = shown(&observed.got, index)?;
        let want = shown(&observed.want, index)?;
        let (before, rest) = text.split_once(&got.concat())?;
        let (between, after) = rest.split_once(&want.concat())?;
        Some((before, got, between, want, after))
    });
    let piece = |text: &str, marked| Piece {
        text: text.to_owned(),
        marked,
    };
    let Some((before, got, between, want, after)) = marked else {
        return vec![piece(text, false)];
    };
    let plain = |text: &str| piece(text, false);
    vec![
        plain(&format!("{before}{}", got[0])),
        piece(&got[1], true),
        plain(&format!("{}{between}{}", got[2], want[0])),
        piece(&want[1], true),
        plain(&format!("{}{after}", want[2])),
    ]
}

/// A nested list as the engine shows it, in three parts: what is before the entry with this index, the entry, what is after.
fn shown(value: &Value, index: &[usize]) -> Option<[String; 3]> {
    let (first, rest) = match index.split_first() {
        None => return (!value.is_array()).then(|| [String::new(), plain(value), String::new()]),
        Some(split) => split,
    };
    let items = value.as_array()?;
    let [before, entry, after] = shown(items.get(*first)?, rest)?;
    let join = |items: &[Value]| items.iter().map(plain).collect::<Vec<_>>().join(", ");
    let comma = |text: &str| if text.is_empty() { "" } else { ", " };
    let (left, right) = (join(&items[..*first]), join(&items[*first + 1..]));
    Some([
        format!("[{left}{}{before}", comma(&left)),
        entry,
        format!("{after}{}{right}]", comma(&right)),
    ])
}

/// A value as the engine shows it.
fn plain(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Number(number) if number.is_f64() => number.as_f64().map(|real| format!("{real:?}")).unwrap_or_default(),
        Value::String(text) if text == "nan" => "NaN".to_owned(),
        Value::String(text) if ["inf", "-inf"].contains(&text.as_str()) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::report::WorstReport;

    fn marked(text: &str, got: Value, want: Value, index: &[usize]) -> String {
        let observed = ObservedReport {
            call: String::new(),
            inputs: BTreeMap::new(),
            got,
            want,
            worst: Some(WorstReport {
                index: index.to_vec(),
                got: json!(0),
                want: json!(0),
                difference: json!(0),
                allowed: json!(0),
            }),
        };
        let pieces = pieces(text, Some(&observed));
        let written = pieces.iter().map(|piece| match piece.marked {
            true => format!("*{}*", piece.text),
            false => piece.text.clone(),
        });
        written.collect()
    }

    #[test]
    fn the_entry_that_differs_is_marked_where_it_stands() {
        for (text, got, want, index, expected) in [
            (
                "f\n  got    [1.0, 2.0]\n  wanted [1.0, 3.0]",
                json!([1.0, 2.0]),
                json!([1.0, 3.0]),
                &[1][..],
                "f\n  got    [1.0, *2.0*]\n  wanted [1.0, *3.0*]",
            ),
            (
                "[[1.0], [NaN, 2.0]] [[1.0], [0.5, 2.0]]",
                json!([[1.0], ["nan", 2.0]]),
                json!([[1.0], [0.5, 2.0]]),
                &[1, 0],
                "[[1.0], [*NaN*, 2.0]] [[1.0], [*0.5*, 2.0]]",
            ),
            (
                "got 1e300 wanted 2.0",
                json!(1e300),
                json!(2.0),
                &[],
                "got *1e300* wanted *2.0*",
            ),
            ("got [1.0]", json!([2.0]), json!([1.0]), &[0], "got [1.0]"),
            ("got [1.0]", json!([1.0]), json!([1.0]), &[4], "got [1.0]"),
            ("got [1.0]", json!("x"), json!([1.0]), &[0, 0], "got [1.0]"),
        ] {
            assert_eq!(marked(text, got, want, index), expected);
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöü", 2), "äö… cut: 3 characters in all");
    }
}
