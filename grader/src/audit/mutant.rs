//! The reference with one small change, as cargo-mutants makes them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;

use fs_err as fs;
use serde::Deserialize;

use super::AuditError;
use crate::discover::{Source, Submission};

/// One small change to a file of the reference.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Mutant {
    /// `file:line:column: what is changed`
    name: String,
    file: String,
    span: Span,
    replacement: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Span {
    start: Place,
    end: Place,
}

/// From 1; in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Place {
    line: usize,
    column: usize,
}

/// What the instructor says of mutants that survive: why they are no worse than the reference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Explained {
    mutant: String,
    why: String,
}

/// All mutants of a reference; nothing when cargo-mutants is not installed.
pub(super) fn list(reference: &Path) -> Result<Option<Vec<Mutant>>, AuditError> {
    let installed = Command::new("cargo").args(["mutants", "--version"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return Ok(None);
    }
    let output = Command::new("cargo")
        .args(["mutants", "--list", "--json", "--no-config", "--package"])
        .arg(package(reference)?)
        .arg("--dir")
        .arg(reference)
        .output()?;
    let wrong = |why: String| AuditError::Mutants(why);
    if !output.status.success() {
        return Err(wrong(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    serde_json::from_slice(&output.stdout)
        .map(Some)
        .map_err(|error| wrong(error.to_string()))
}

/// The name of a folder's package.
fn package(folder: &Path) -> Result<String, AuditError> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let name = manifest.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "name").then(|| value.trim().trim_matches('"').to_owned())
    });
    name.ok_or_else(|| AuditError::Mutants(format!("{} names no package", folder.display())))
}

/// What each mutant changes, without the place, so that it stays the same while the file grows; the second of several
/// alike has a `(2)`.
pub(super) fn names(mutants: &[Mutant]) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let change = |mutant: &Mutant| {
        let change = mutant.name.splitn(4, ':').nth(3).unwrap_or(&mutant.name);
        change.trim_start().to_owned()
    };
    let mut names = Vec::with_capacity(mutants.len());
    let changes: Vec<String> = mutants.iter().map(change).collect();
    for change in &changes {
        let count = seen.entry(change).or_default();
        *count += 1;
        names.push(if *count == 1 {
            change.clone()
        } else {
            format!("{change} ({count})")
        });
    }
    names
}

/// Why survivors are no worse than the reference, by mutant: `mutants.yaml` beside the reference's `src`.
pub(super) fn explanations(reference: &Path) -> Result<BTreeMap<String, String>, AuditError> {
    let file = reference.join("mutants.yaml");
    if !file.is_file() {
        return Ok(BTreeMap::new());
    }
    let explained: Vec<Explained> = serde_yaml::from_str(&fs::read_to_string(&file)?)
        .map_err(|error| AuditError::Mutants(format!("{}: {error}", file.display())))?;
    Ok(explained.into_iter().map(|one| (one.mutant, one.why)).collect())
}

impl Mutant {
    /// Makes a submission of it, below a folder.
    pub(super) fn submission(&self, id: &str, reference: &Source, below: &Path) -> Result<Submission, AuditError> {
        let folder = below.join(id);
        reference.write(&folder)?;
        // It is named from the workspace's root on.
        let file = self
            .file
            .rfind("src/")
            .map_or(self.file.as_str(), |start| &self.file[start..]);
        let text = fs::read_to_string(folder.join(file))?;
        let changed = self
            .apply(&text)
            .ok_or_else(|| AuditError::Mutants(format!("{} is nowhere in {file}", self.name)))?;
        fs::write(folder.join(file), changed)?;
        Ok(Submission::new(id, folder))
    }

    fn apply(&self, text: &str) -> Option<String> {
        let (start, end) = (self.span.start.offset(text)?, self.span.end.offset(text)?);
        let is_span = start <= end;
        is_span.then(|| [&text[..start], &self.replacement, &text[end..]].concat())
    }
}

impl Place {
    /// In bytes.
    fn offset(self, text: &str) -> Option<usize> {
        let mut lines = text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(self.line.checked_sub(1)?).map(str::len).sum();
        let line = lines.next()?;
        let column = self.column.checked_sub(1)?;
        let within = line
            .char_indices()
            .map(|(offset, _)| offset)
            .chain([line.len()])
            .nth(column)?;
        Some(before + within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str, span: [usize; 4], replacement: &str) -> Mutant {
        let [line, column, end_line, end_column] = span;
        Mutant {
            name: name.to_owned(),
            file: "reference/src/lib.rs".to_owned(),
            span: Span {
                start: Place { line, column },
                end: Place {
                    line: end_line,
                    column: end_column,
                },
            },
            replacement: replacement.to_owned(),
        }
    }

    #[test]
    fn a_span_is_replaced_wherever_it_is() {
        let text = "fn f() {\n    α + 1\n}\n";
        for (span, replacement, want) in [
            ([2, 7, 2, 8], "-", Some("fn f() {\n    α - 1\n}\n")),
            ([2, 5, 2, 10], "0", Some("fn f() {\n    0\n}\n")),
            ([1, 8, 3, 2], "{}", Some("fn f() {}\n")),
            ([9, 1, 9, 2], "x", None),
            ([0, 1, 1, 1], "x", None),
            ([2, 99, 2, 100], "x", None),
            ([3, 1, 1, 1], "x", None),
        ] {
            assert_eq!(mutant("m", span, replacement).apply(text).as_deref(), want, "{span:?}");
        }
    }

    #[test]
    fn mutants_are_named_without_their_place() {
        let at = |place: &str| {
            mutant(
                &format!("reference/src/lib.rs:{place}: replace + with - in sum"),
                [1; 4],
                "",
            )
        };
        assert_eq!(
            names(&[at("1:2"), at("3:4")]),
            ["replace + with - in sum", "replace + with - in sum (2)"]
        );
    }
}
