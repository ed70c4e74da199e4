//! Where in a YAML text each key and value stands.
//!
//! The deserializer tells a place only for what it cannot read. What reads well and means nothing (an unknown function, points
//! that do not add up) is found by a second, span-aware scan of the same text.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::data::Step;

/// A path into the document.
pub(super) type Path = Vec<Step>;

/// The bytes of every key and value of a text.
#[derive(Debug, Default)]
pub(super) struct Places {
    places: HashMap<Path, Place>,
    /// The values that carry a YAML tag.
    pub(super) tagged: Vec<Path>,
    /// The keys that come twice in a map.
    pub(super) repeated: Vec<Range<usize>>,
    /// The keys of the document itself, in order.
    pub(super) keys: Vec<String>,
    /// The steps into each map and list, in order.
    inside: HashMap<Path, Vec<Step>>,
    /// Whether the text was read to its end.
    pub(super) is_whole: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) key: Option<Range<usize>>,
    pub(super) value: Range<usize>,
    pub(super) what: What,
}

/// What stands in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Map,
    List,
    /// A scalar's text, and whether it stands without quotes.
    Scalar(String, bool),
    /// Something that stands elsewhere.
    Alias,
}

/// A list or map that is being scanned.
enum Frame {
    List(usize),
    Map(Option<(String, Range<usize>)>),
}

impl Places {
    pub(super) fn of(text: &str) -> Self {
        let mut scan = Scan {
            places: Self::default(),
            frames: Vec::new(),
            path: Vec::new(),
            bytes: byte_offsets(text),
        };
        for event in Parser::new_from_str(text) {
            let Ok((event, span)) = event else { return scan.places };
            scan.event(&event, span);
        }
        scan.places.is_whole = true;
        scan.places
    }

    pub(super) fn get(&self, path: &[Step]) -> Option<&Place> {
        self.places.get(path)
    }

    /// The bytes from a key of the document to the next one, or to the end of the text.
    pub(super) fn section(&self, key: &str, end: usize) -> Option<Range<usize>> {
        let start = |key: &str| Some(self.get(&[Step::from(key)])?.key.as_ref()?.start);
        let begin = start(key)?;
        let starts = self.keys.iter().filter_map(|key| start(key));
        Some(begin..starts.filter(|start| *start > begin).min().unwrap_or(end))
    }

    /// The steps into a map or a list, in order.
    pub(super) fn inside(&self, path: &[Step]) -> &[Step] {
        self.inside.get(path).map_or(&[], Vec::as_slice)
    }

    /// The bytes of a value or, where there is none, of the nearest thing around it.
    pub(super) fn nearest(&self, path: &[Step]) -> Option<(&Place, bool)> {
        if let Some(place) = self.places.get(path) {
            return Some((place, true));
        }
        (0..path.len())
            .rev()
            .find_map(|length| self.places.get(&path[..length]))
            .map(|place| (place, false))
    }
}

/// The parser counts characters.
fn byte_offsets(text: &str) -> Vec<usize> {
    text.char_indices()
        .map(|(offset, _)| offset)
        .chain([text.len()])
        .collect()
}

struct Scan {
    places: Places,
    frames: Vec<Frame>,
    path: Path,
    bytes: Vec<usize>,
}

impl Scan {
    fn event(&mut self, event: &Event<'_>, span: Span) {
        let range = self.range(span);
        match event {
            Event::Scalar(text, style, _, tag) => {
                let outermost = self.frames.len() == 1;
                if let Some(Frame::Map(key @ None)) = self.frames.last_mut() {
                    *key = Some((text.to_string(), range));
                    if outermost {
                        self.places.keys.push(text.to_string());
                    }
                    return;
                }
                let what = What::Scalar(text.to_string(), *style == ScalarStyle::Plain);
                self.enter(range, what, tag.is_some());
                self.leave();
            }
            Event::Alias(_) => {
                self.enter(range, What::Alias, false);
                self.leave();
            }
            Event::SequenceStart(_, tag) => {
                self.enter(range, What::List, tag.is_some());
                self.frames.push(Frame::List(0));
            }
            Event::MappingStart(_, tag) => {
                self.enter(range, What::Map, tag.is_some());
                self.frames.push(Frame::Map(None));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.frames.pop();
                self.leave();
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }

    /// Steps into a value and notes its place.
    fn enter(&mut self, value: Range<usize>, what: What, tagged: bool) {
        let outer = self.path.clone();
        let key = match self.frames.last_mut() {
            None => None,
            Some(Frame::List(index)) => {
                self.path.push(Step::Index(*index));
                *index += 1;
                None
            }
            Some(Frame::Map(key)) => {
                let (name, span) = key.take().unwrap_or_default();
                self.path.push(Step::Key(name));
                Some(span)
            }
        };
        if let Some(step) = self.path.get(outer.len()) {
            self.places.inside.entry(outer).or_default().push(step.clone());
        }
        if tagged {
            self.places.tagged.push(self.path.clone());
        }
        if self.places.places.contains_key(&self.path) {
            self.places.repeated.extend(key.clone());
        }
        self.places.places.insert(self.path.clone(), Place { key, value, what });
    }

    fn leave(&mut self) {
        self.path.pop();
    }

    fn range(&self, span: Span) -> Range<usize> {
        let byte = |index: usize| self.bytes.get(index).or(self.bytes.last()).copied().unwrap_or(0);
        byte(span.start.index())..byte(span.end.index())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_found_by_their_path() {
        let text = "a: 1\nbé:\n  - x: 'two'\n    y: [3, !t 4]\n";
        let places = Places::of(text);
        let key = |name: &str| Step::Key(name.into());
        for (path, value, known_key) in [
            (vec![key("a")], "1", Some("a")),
            (vec![key("bé"), Step::Index(0), key("x")], "'two'", Some("x")),
            (vec![key("bé"), Step::Index(0), key("y"), Step::Index(0)], "3", None),
        ] {
            let (place, exact) = places.nearest(&path).unwrap();
            assert!(exact);
            assert_eq!(
                (&text[place.value.clone()], place.key.clone().map(|key| &text[key])),
                (value, known_key)
            );
        }
        assert_eq!(
            places.tagged,
            [vec![key("bé"), Step::Index(0), key("y"), Step::Index(1)]]
        );
        assert_eq!(places.keys, ["a", "bé"]);
        let (place, exact) = places.nearest(&[key("bé"), Step::Index(0), key("z")]).unwrap();
        assert_eq!((exact, &text[place.value.clone()], place.value.start), (false, "", 14));
    }
}
