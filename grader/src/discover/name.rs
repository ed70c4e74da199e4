//! Folder names to ids that are safe in file names, tables and reports.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use super::Submission;

/// The longest id, in characters.
const MAX_LENGTH: usize = 100;

/// An id for a folder's name: what is not plain text in it becomes `_`.
pub(super) fn safe(name: &OsStr) -> String {
    let name: String = name.to_string_lossy().chars().take(MAX_LENGTH).collect();
    plain(&name).replace(['/', '\\', char::REPLACEMENT_CHARACTER], "_")
}

/// A text with names in it as it can be shown: what is not seen as itself becomes `_`.
pub(super) fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() || is_invisible(c) { '_' } else { c };
    text.chars().map(shown).collect()
}

/// Characters that turn the direction of text or have no width, so that one name could look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Numbers the later ones of equal ids. The order is that of the folders' names.
pub(super) fn make_unique(submissions: &mut [Submission]) {
    let mut taken: BTreeSet<String> = submissions.iter().map(|submission| submission.id.clone()).collect();
    let mut seen = BTreeSet::new();
    for submission in submissions {
        if seen.insert(submission.id.clone()) {
            continue;
        }
        let numbered = |number: u32| format!("{}-{number}", submission.id);
        let free = (2..).map(numbered).find(|id| !taken.contains(id));
        let free = free.expect("there are more numbers than submissions");
        let note = format!("another submission is named {} too", submission.id);
        submission.notes.push(note);
        submission.id = free;
        taken.insert(submission.id.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn ids_are_plain_text() {
        for (name, id) in [
            ("ada", "ada"),
            ("Ada Lovelace (late)", "Ada Lovelace (late)"),
            ("Zoë-李", "Zoë-李"),
            ("a\u{1b}[31m", "a_[31m"),
            ("a\nb", "a_b"),
            ("\u{202e}cba", "_cba"),
        ] {
            assert_eq!(safe(OsStr::new(name)), id, "{name:?}");
        }
        assert_eq!(safe(OsStr::new(&"é".repeat(200))).chars().count(), MAX_LENGTH);
    }

    #[test]
    fn equal_ids_get_numbers_that_nobody_has() {
        let submission = |id: &str| Submission::new(id, PathBuf::new());
        let mut submissions: Vec<_> = ["a", "a", "a-2", "a", "b"].map(submission).into();
        make_unique(&mut submissions);
        let ids: Vec<_> = submissions.iter().map(|submission| submission.id.as_str()).collect();
        assert_eq!(ids, ["a", "a-3", "a-2", "a-4", "b"]);
    }
}
