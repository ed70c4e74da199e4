//! `reference/bugs/*.rs`, wrong solutions with a label each, and `reference/variants/*.rs`, right ones that look different.
//!
//! Takes the reference's folder; gives what is in these files. Each is a crate of one file, which has the reference at hand
//! under the name `reference` and overrides a function or two of it.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::discover::Submission;

/// What a wrong solution stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The file's name without its ending.
    pub id: String,
    /// What is wrong, in a few words.
    pub name: String,
    /// What somebody believes who writes this.
    pub misconception: String,
    /// What helps them.
    pub hint: String,
    /// Whether a submission may be told that it is this one.
    pub told: bool,
}

/// A labelled wrong solution.
#[derive(Debug)]
pub struct Bug {
    /// What it stands for.
    pub label: Label,
    /// Its source.
    pub text: String,
}

/// A right solution that is written differently.
#[derive(Debug)]
pub struct Variant {
    /// The file's name without its ending.
    pub id: String,
    /// Its source.
    pub text: String,
}

/// What is wrong with a file: the instructor's to mend.
#[derive(Debug, thiserror::Error)]
pub enum BugError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// Its head lacks something.
    #[error("{file}:1:1: the head has no line `//! {key}: …`{help}")]
    Head {
        /// The file.
        file: String,
        /// What is missing.
        key: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// Its head says something that means nothing.
    #[error(
        "{file}:{line}:5: `{word}` is not something that a head says; it says name, misconception, hint, diagnosis"
    )]
    Unknown {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// What it says.
        word: String,
    },
}

/// The wrong solutions of a reference, sorted by id.
///
/// # Errors
/// When one has no head that says what it is.
pub fn bugs(reference: &Path) -> Result<Vec<Bug>, BugError> {
    let files = rust_files(&reference.join("bugs"))?;
    let bug = |file: &PathBuf| {
        let text = fs::read_to_string(file)?;
        Ok(Bug {
            label: label(file, &text)?,
            text,
        })
    };
    files.iter().map(bug).collect()
}

/// The right solutions beside a reference, sorted by id.
///
/// # Errors
/// When one cannot be read.
pub fn variants(reference: &Path) -> Result<Vec<Variant>, BugError> {
    let files = rust_files(&reference.join("variants"))?;
    let variant = |file: &PathBuf| {
        Ok(Variant {
            id: id(file),
            text: fs::read_to_string(file)?,
        })
    };
    files.iter().map(variant).collect()
}

/// The Rust files in a folder, sorted; none when there is no folder.
fn rust_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    paths.sort();
    Ok(paths)
}

fn id(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn label(file: &Path, text: &str) -> Result<Label, BugError> {
    let shown = || file.display().to_string();
    let mut found = [None, None, None, None];
    let keys = ["name", "misconception", "hint", "diagnosis"];
    let head = text
        .lines()
        .zip(1..)
        .map_while(|(line, number)| Some((line.strip_prefix("//! ")?, number)));
    for (line, number) in head {
        let (word, value) = line.split_once(": ").unwrap_or((line, ""));
        match keys.iter().position(|key| *key == word) {
            Some(place) => found[place] = Some(value.trim().to_owned()),
            None => {
                return Err(BugError::Unknown {
                    file: shown(),
                    line: number,
                    word: word.to_owned(),
                });
            }
        }
    }
    let [name, misconception, hint, diagnosis] = found;
    let needed = |value: Option<String>, key, help| {
        value.filter(|value| !value.is_empty()).ok_or_else(|| BugError::Head {
            file: shown(),
            key,
            help,
        })
    };
    Ok(Label {
        id: id(file),
        name: needed(name, "name", "; say in a few words what is wrong")?,
        misconception: needed(
            misconception,
            "misconception",
            "; say what somebody believes who writes this",
        )?,
        hint: needed(hint, "hint", "; say what helps them, without the solution")?,
        told: diagnosis.as_deref() != Some("off"),
    })
}

/// Makes a submission of a source, below a folder.
///
/// # Errors
/// When it cannot be written.
pub fn submission(id: &str, text: &str, below: &Path) -> std::io::Result<Submission> {
    let folder = below.join(id);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), text)?;
    Ok(Submission::new(id, folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "//! name: a\n//! misconception: b\n//! hint: c: d\n";

    #[test]
    fn a_head_says_what_a_bug_is() {
        let label = label(Path::new("bugs/log-base-2.rs"), &format!("{HEAD}\nuse x;\n//! name: z")).unwrap();
        assert_eq!(label.id, "log-base-2");
        assert_eq!((label.name.as_str(), label.misconception.as_str()), ("a", "b"));
        assert_eq!((label.hint.as_str(), label.told), ("c: d", true));
        let silent = super::label(Path::new("x.rs"), &format!("{HEAD}//! diagnosis: off\n")).unwrap();
        assert!(!silent.told);
    }

    #[test]
    fn a_head_that_says_too_little_or_something_else_is_told_with_its_place() {
        for (text, want) in [
            (
                "",
                "x.rs:1:1: the head has no line `//! name: …`; say in a few words what is wrong",
            ),
            (
                "//! name: a\n//! hint: b\n",
                "x.rs:1:1: the head has no line `//! misconception: …`",
            ),
            (
                "//! name: \n//! hint: b\n",
                "x.rs:1:1: the head has no line `//! name: …`",
            ),
            (
                "//! name: a\n//! hnit: b\n",
                "x.rs:2:5: `hnit` is not something that a head says",
            ),
            ("//! A bug.\n", "x.rs:1:5: `A bug.` is not something that a head says"),
        ] {
            let error = label(Path::new("x.rs"), text).unwrap_err().to_string();
            assert!(error.starts_with(want), "{error}");
        }
    }

    #[test]
    fn a_reference_without_bugs_has_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(bugs(folder.path()).unwrap().is_empty());
        fs::create_dir(folder.path().join("bugs")).unwrap();
        fs::write(folder.path().join("bugs/b.rs"), HEAD).unwrap();
        fs::write(folder.path().join("bugs/a.rs"), HEAD).unwrap();
        fs::write(folder.path().join("bugs/README.md"), "no bug").unwrap();
        let ids: Vec<String> = bugs(folder.path())
            .unwrap()
            .into_iter()
            .map(|bug| bug.label.id)
            .collect();
        assert_eq!(ids, ["a", "b"]);
    }
}
