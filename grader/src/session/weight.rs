//! How much of its answers a session keeps. An answer is held until its check is judged, and a submission must not be able
//! to fill the grader's memory with them.

use grader_abi::Value;
use grader_engine::Outcome;

/// Bytes of answers that the grader holds for one session.
const MAX_HELD: usize = 256 << 20;

/// Bytes of a panic's message that are kept.
const MAX_MESSAGE: usize = 4096;

/// The answers of a session so far.
#[derive(Debug, Default)]
pub(super) struct Scales {
    held: usize,
}

impl Scales {
    /// The outcome, or one in its place that holds nothing if there is no room for it.
    pub(super) fn weigh(&mut self, outcome: Outcome) -> Outcome {
        let outcome = shorten(outcome);
        let Outcome::Returned(value) = &outcome else {
            return outcome;
        };
        let held = self.held.saturating_add(weight(value));
        if held > MAX_HELD {
            let why = format!("all its answers together take more than {} MiB", MAX_HELD >> 20);
            return Outcome::BadAnswer { why };
        }
        self.held = held;
        outcome
    }
}

/// Bytes that a value takes.
fn weight(value: &Value) -> usize {
    let content = match value {
        Value::Bool(_) | Value::Integer(_) | Value::Real(_) | Value::Char(_) | Value::Option(None) => 0,
        Value::Text(text) => text.len(),
        Value::Reals(reals) => size_of_val(reals.as_slice()),
        Value::List(values) | Value::Tuple(values) => values.iter().map(weight).sum(),
        Value::Option(Some(value)) | Value::Result(Ok(value) | Err(value)) => weight(value),
    };
    size_of::<Value>() + content
}

fn shorten(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Panicked { message, place } => Outcome::Panicked {
            message: cut(message),
            place: cut(place),
        },
        other => other,
    }
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_MESSAGE {
        let end = (0..=MAX_MESSAGE).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        // A text that was cut keeps the memory of the whole otherwise.
        text.shrink_to_fit();
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_held_up_to_a_limit_and_a_small_one_still_has_room() {
        let large = || Outcome::Returned(Value::Reals(vec![0.0; 8 << 20]));
        let mut scales = Scales::default();
        let kinds: Vec<_> = (0..6).map(|_| scales.weigh(large()).kind()).collect();
        assert_eq!(
            kinds,
            [
                "returned",
                "returned",
                "returned",
                "bad_answer",
                "bad_answer",
                "bad_answer"
            ]
        );
        assert_eq!(scales.weigh(Outcome::Returned(Value::Real(1.0))).kind(), "returned");
    }

    #[test]
    fn small_values_in_a_list_weigh_what_they_take() {
        let list = Value::List(vec![Value::Bool(true); 1000]);
        assert_eq!(weight(&list), 1001 * size_of::<Value>());
        assert_eq!(
            weight(&Value::Option(Some(Box::new(Value::Text("abc".to_owned()))))),
            2 * size_of::<Value>() + 3
        );
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let message = format!("x{}", "é".repeat(5000));
        let place = "src/lib.rs:1:1".to_owned();
        let weighed = Scales::default().weigh(Outcome::Panicked {
            message,
            place: place.clone(),
        });
        let message = format!("x{}…", "é".repeat(2047));
        assert_eq!(weighed, Outcome::Panicked { message, place });
    }
}
