//! Values as people read them: shortest digits that read back as the same number, long lists cut.

use grader_abi::Value;

/// How many entries of a list are shown before it is cut.
const MAX_ENTRIES: usize = 12;
/// How many characters of a text are shown before it is cut.
const MAX_CHARACTERS: usize = 200;

/// How many characters of a value are shown before it is cut.
const MAX_LENGTH: usize = 2000;

/// A value, as Rust would write it; a long one is cut.
#[must_use]
pub fn show(value: &Value) -> String {
    let mut text = whole(value);
    if let Some((end, _)) = text.char_indices().nth(MAX_LENGTH) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn whole(value: &Value) -> String {
    match value {
        Value::Bool(bool) => bool.to_string(),
        Value::Integer(integer) => integer.to_string(),
        Value::Real(real) => format!("{real:?}"),
        Value::Char(char) => format!("{char:?}"),
        Value::Text(text) => show_text(text),
        Value::Reals(reals) => list(reals, |real| format!("{real:?}")),
        Value::List(items) => list(items, whole),
        Value::Tuple(members) => {
            let comma = if members.len() == 1 { "," } else { "" };
            format!("({}{comma})", members.iter().map(whole).collect::<Vec<_>>().join(", "))
        }
        Value::Option(None) => "None".to_owned(),
        Value::Option(Some(inner)) => format!("Some({})", whole(inner)),
        Value::Result(Ok(inner)) => format!("Ok({})", whole(inner)),
        Value::Result(Err(inner)) => format!("Err({})", whole(inner)),
    }
}

/// A call, as Rust would write it.
#[must_use]
pub(crate) fn show_call<'a>(function: &str, arguments: impl IntoIterator<Item = &'a Value>) -> String {
    let arguments: Vec<String> = arguments.into_iter().map(show).collect();
    format!("{function}({})", arguments.join(", "))
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    let shown: Vec<String> = items.iter().take(MAX_ENTRIES).map(show).collect();
    let rest = items.len().saturating_sub(MAX_ENTRIES);
    if rest == 0 {
        format!("[{}]", shown.join(", "))
    } else {
        format!("[{}, … {rest} more]", shown.join(", "))
    }
}

fn show_text(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}… {} characters", &text[..end], text.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_long_lists_are_cut() {
        for (value, want) in [
            (Value::Real(0.8018185525433373), "0.8018185525433373"),
            (Value::Real(-0.0), "-0.0"),
            (Value::Real(1e-310), "1e-310"),
            (Value::Real(f64::NAN), "NaN"),
            (Value::Reals(vec![1.0, f64::INFINITY]), "[1.0, inf]"),
            (
                Value::Reals(vec![0.0; 14]),
                "[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, … 2 more]",
            ),
            (Value::Tuple(vec![Value::Integer(1)]), "(1,)"),
            (
                Value::Result(Err(Box::new(Value::Text("a\u{1b}[0m\"".into())))),
                "Err(\"a\\u{1b}[0m\\\"\")",
            ),
        ] {
            assert_eq!(show(&value), want);
        }
    }

    #[test]
    fn lists_in_lists_are_cut_before_they_fill_the_screen() {
        let row = Value::Reals(vec![1.0 / 3.0; 100]);
        let cube = Value::List(vec![Value::List(vec![row; 100]); 100]);
        let shown = show(&cube);
        assert_eq!(shown.chars().count(), 2001);
        assert!(shown.starts_with("[[[0.333") && shown.ends_with('…'));
    }
}
