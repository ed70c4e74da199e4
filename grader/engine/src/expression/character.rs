//! Texts and characters are written alike: `'a'` is a character where one is wanted.

use grader_abi::Value;

use super::formula::{Constructor, Step, Typed};
use super::kind::Kind;

/// Both sides of a comparison: a quoted character is one where the other side is.
pub(super) fn alike(left: Typed, right: Typed) -> (Typed, Typed) {
    let (left_kind, right_kind) = (left.kind.clone(), right.kind.clone());
    (left.read_as(&right_kind), right.read_as(&left_kind))
}

impl Typed {
    /// The same, with quoted characters as characters where this kind has them: texts and characters are written alike.
    pub(super) fn read_as(mut self, kind: &Kind) -> Self {
        match (&mut self.step, kind) {
            (Step::Constant(constant @ Value::Text(_)), Kind::Char) => {
                if let Some(character) = only_character(constant) {
                    *constant = Value::Char(character);
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
}

fn only_character(value: &Value) -> Option<char> {
    let Value::Text(text) = value else {
        return None;
    };
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
