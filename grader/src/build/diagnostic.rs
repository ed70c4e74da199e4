//! What the compiler says, read from its JSON lines.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// The source does not compile.
    Error,
    /// It does.
    Warning,
}

/// One error or warning of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// In one line or a few.
    pub message: String,
    /// Such as `E0308`, or a lint's name.
    pub code: Option<String>,
    /// Where it is, if it is anywhere.
    pub place: Option<Place>,
    /// As the compiler prints it, with the source and its notes.
    pub rendered: String,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, from the crate's folder: `src/lib.rs`.
    pub file: String,
    /// From 1.
    pub line: u64,
    /// From 1.
    pub column: u64,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

#[derive(Deserialize)]
struct Line {
    level: String,
    message: String,
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u64,
    column_start: u64,
    is_primary: bool,
}

/// The errors and warnings in what the compiler wrote. A line that was cut or is no diagnostic is left out, and so is the
/// count of errors at the end. A file in one of the named folders is shown under the folder's name: its real place is
/// nobody's concern, and another one in every run.
pub(super) fn read(written: &[u8], names: &[(&Path, &str)]) -> Vec<Diagnostic> {
    written
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Line>(line).ok())
        .filter_map(Diagnostic::from_line)
        .map(|diagnostic| diagnostic.with_names(names))
        .collect()
}

impl Diagnostic {
    fn from_line(line: Line) -> Option<Self> {
        let level = match line.level.as_str() {
            "error" | "error: internal compiler error" => Level::Error,
            "warning" => Level::Warning,
            _ => return None,
        };
        let place = line.spans.into_iter().find(|span| span.is_primary).map(Place::from);
        if place.is_none() && is_count(&line.message) {
            return None;
        }
        Some(Self {
            level,
            rendered: line
                .rendered
                .as_deref()
                .map_or_else(|| line.message.clone(), without_command_line),
            message: line.message,
            code: line.code.map(|code| code.code),
            place,
        })
    }
}

impl Diagnostic {
    fn with_names(mut self, names: &[(&Path, &str)]) -> Self {
        for (folder, name) in names {
            let folder = format!("{}/", folder.display());
            let file = self.place.as_mut().map(|place| &mut place.file);
            for text in [&mut self.message, &mut self.rendered].into_iter().chain(file) {
                *text = text.replace(&folder, name);
            }
        }
        self
    }
}

/// A linker's complaint comes with its command line, which helps nobody and names temporary files.
fn without_command_line(rendered: &str) -> String {
    let lines = rendered.split_inclusive('\n');
    lines.filter(|line| !line.starts_with("  = note:  \"")).collect()
}

fn is_count(message: &str) -> bool {
    message.starts_with("aborting due to ") || message.ends_with(" emitted")
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self {
            file: span.file_name,
            line: span.line_start,
            column: span.column_start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_warnings_are_read_and_the_rest_is_left_out() {
        let written = concat!(
            r#"{"$message_type":"diagnostic","message":"mismatched types","code":{"code":"E0308","explanation":"…"},"#,
            r#""level":"error","spans":[{"file_name":"src/b.rs","line_start":9,"column_start":1,"is_primary":false},"#,
            r#"{"file_name":"src/lib.rs","line_start":3,"column_start":5,"is_primary":true}],"children":[],"#,
            r#""rendered":"error[E0308]: mismatched types\n"}"#,
            "\nsomething else\n",
            r#"{"message":"unused variable: `x`","code":{"code":"unused_variables"},"level":"warning","spans":[]}"#,
            "\n",
            r#"{"message":"aborting due to 1 previous error; 1 warning emitted","code":null,"level":"error","spans":[]}"#,
            "\n",
            r#"{"message":"For more information about this error, try `rustc --explain E0308`.","code":null,"#,
            r#""level":"failure-note","spans":[]}"#,
            "\n",
            r#"{"message":"cut he"#,
        );
        let read = read(written.as_bytes(), &[]);
        let [error, warning] = read.as_slice() else {
            panic!("{read:?}");
        };
        assert_eq!((error.level, error.code.as_deref()), (Level::Error, Some("E0308")));
        let place = error.place.as_ref().unwrap();
        assert_eq!((place.file.as_str(), place.line, place.column), ("src/lib.rs", 3, 5));
        assert_eq!(error.rendered, "error[E0308]: mismatched types\n");
        assert_eq!(
            (warning.level, warning.rendered.as_str()),
            (Level::Warning, "unused variable: `x`")
        );
        assert_eq!(warning.place, None);
    }

    #[test]
    fn folders_are_shown_by_their_names() {
        let written =
            r#"{"message":"cannot read /a/b/src/x.rs","level":"error","rendered":"--> /c/contract/src/lib.rs:1:1",
            "spans":[{"file_name":"/a/b/src/x.rs","line_start":1,"column_start":1,"is_primary":true}]}"#
                .replace('\n', "");
        let names = [(Path::new("/a/b"), ""), (Path::new("/c/contract"), "contract/")];
        let read = read(written.as_bytes(), &names);
        assert_eq!(read[0].to_string(), "src/x.rs:1:1: cannot read src/x.rs");
        assert_eq!(read[0].rendered, "--> contract/src/lib.rs:1:1");
    }
}
