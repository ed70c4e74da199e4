//! Annotations of GitHub Actions. What a student wrote stands where it is no command: in an annotation, escaped, or between
//! marks with a token that nobody can guess.

use std::io::{self, Write};

use super::sheet::{Sheet, Test};
use super::{Header, SubmissionReport, redacted};

/// More than these are not shown.
const MAX_ERRORS: usize = 10;

pub(super) fn write(sheet: &Sheet<'_>, token: &str, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "::stop-commands::{token}")?;
    for line in super::markdown::plain(sheet).lines() {
        writeln!(to, "{line}")?;
    }
    writeln!(to, "::{token}::")?;
    let failed = || sheet.tests.iter().filter(|test| !test.mark.is_pass());
    // The last one is there to say that there are more.
    let shown = if failed().count() > MAX_ERRORS {
        MAX_ERRORS - 1
    } else {
        MAX_ERRORS
    };
    for test in failed().take(shown) {
        error(test, to)?;
    }
    let more = failed().skip(shown).count();
    if more > 0 {
        writeln!(to, "::error::{more} more are in the log and in the summary")?;
    }
    writeln!(to, "::notice title=grader::{}", data(&label(sheet)))
}

/// Writes the summary of a step, in Markdown.
///
/// # Errors
/// When it cannot be written.
pub fn summary(header: &Header, report: &SubmissionReport, to: &mut dyn Write) -> io::Result<()> {
    let report = redacted(report);
    let sheet = Sheet::of(&report);
    let feedback = super::markdown::feedback(&header.assignment, &sheet);
    writeln!(to, "{feedback}\n*{}*", label(&sheet))
}

/// Students control what runs in their repository, so that what it says is the public part.
pub(super) fn label(sheet: &Sheet<'_>) -> String {
    let Some(total) = sheet.total else {
        return super::markdown::heading(sheet);
    };
    if !sheet.is_built() {
        return format!("{total} of {} points", sheet.possible);
    }
    let (earned, possible) = sheet.public_part();
    let public = format!("public part, {earned} of {possible} points");
    if sheet.has_hidden() || total != earned {
        format!("{public}; in all {total} of {} points", sheet.possible)
    } else {
        public
    }
}

fn error(test: &Test, to: &mut dyn Write) -> io::Result<()> {
    let place = test.place.as_ref().map_or_else(String::new, |(file, line)| {
        format!("file={},line={line},", property(file))
    });
    let title = property(&format!("{}: {}", test.title, test.name));
    let message = test.message.as_deref().unwrap_or(test.mark.word());
    writeln!(to, "::error {place}title={title}::{}", data(message))
}

/// Text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text before it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
