//! Text that a student wrote -> text that cannot make a terminal lie.

/// Control characters, which could make a terminal lie, as their escapes; line breaks and tabs stay.
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        let harmless = !character.is_control() && !is_bidirectional(character);
        if harmless || character == '\n' || character == '\t' {
            cleaned.push(character);
        } else {
            cleaned.extend(character.escape_unicode());
        }
    }
    cleaned
}

/// What makes text run the other way, and so could show a name or a score that is not there.
fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible_and_lines_stay() {
        for (text, want) in [
            ("two\n\tlines é", "two\n\tlines é"),
            ("\u{1b}[2J\u{7}\r", "\\u{1b}[2J\\u{7}\\u{d}"),
            ("100\u{202e}01", "100\\u{202e}01"),
            ("\u{9b}31m", "\\u{9b}31m"),
        ] {
            assert_eq!(clean(text), want);
        }
    }
}
