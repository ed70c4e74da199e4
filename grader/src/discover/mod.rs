//! A folder to submissions, sorted and none skipped.
//!
//! Takes a folder of submissions or a single crate. Every folder directly in it is a submission, but for hidden ones
//! (their names start with a dot); one without a crate is a submission with a [`Problem`]. Everything is looked at as it
//! lies there: no link is followed.
//!
//! Must never: follow a link, run anything, write anywhere but into the folder that a source is to be copied to.

mod name;
mod source;

pub use source::Source;

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

/// How deep inside a submission's folder its crate may lie.
const MAX_NESTING: usize = 3;

/// The file that makes a folder a crate to us.
const ROOT: &str = "src/lib.rs";

/// What was found in a folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// Sorted by id.
    pub submissions: Vec<Submission>,
    /// What was left aside, in sentences.
    pub notes: Vec<String>,
}

/// One student's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The folder's name, made safe for files and unique.
    pub id: String,
    /// The folder that holds `src/lib.rs`.
    pub source: Result<PathBuf, Problem>,
    /// What is odd about it, in sentences.
    pub notes: Vec<String>,
    /// Who handed it in, as far as that is known.
    pub student: Option<Student>,
    /// When it was handed in, as far as that is known.
    pub submitted: Option<Submitted>,
}

/// A student, as the learning system or the roster knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Student {
    /// Their full name.
    pub name: Option<String>,
    /// Their id in the learning system.
    pub id: Option<String>,
    /// Their address.
    pub email: Option<String>,
}

/// When a submission was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// In seconds since 1970 in UTC, if it is known.
    pub at: Option<i64>,
    /// Whether the learning system marks it as late.
    pub late: bool,
    /// Who says so: `name`, `commit` or the name of a file.
    pub source: String,
}

/// Why a submission cannot be used, as its author is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(pub String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a folder cannot be graded: the instructor's to mend.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// There is nothing.
    #[error("{0} does not exist; name the folder that holds the submissions")]
    Missing(PathBuf),
    /// It is a file.
    #[error("{0} is not a folder; name the folder that holds the submissions, or one submission's folder")]
    NotAFolder(PathBuf),
    /// It holds no folder.
    #[error("{0} holds no submissions; it should have one folder per submission, each with a {ROOT}")]
    Empty(PathBuf),
    /// None of its folders is a submission.
    #[error("none of the {count} folders in {folder} holds a {ROOT}; is it the folder with the submissions?")]
    Junk {
        /// The folder.
        folder: PathBuf,
        /// How many folders it holds.
        count: usize,
    },
    /// It cannot be read.
    #[error("cannot read {folder}: {source}")]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Something in a folder.
struct Entry {
    name: OsString,
    path: PathBuf,
    kind: FileType,
}

/// Finds the submissions in a folder, or the one that the folder is.
///
/// # Errors
/// When there is no folder or no submission in it.
pub fn discover(folder: &Path) -> Result<Class, DiscoverError> {
    let entries = list_top(folder)?;
    if is_crate(folder) {
        return Ok(single(folder));
    }
    let (candidates, strays): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_candidate);
    let mut submissions: Vec<_> = candidates.iter().map(look_into).collect();
    if submissions.is_empty() {
        return Err(DiscoverError::Empty(folder.to_owned()));
    }
    if submissions.iter().all(|submission| submission.source.is_err()) {
        return Err(DiscoverError::Junk {
            folder: folder.to_owned(),
            count: submissions.len(),
        });
    }
    name::make_unique(&mut submissions);
    submissions.sort_by(|a, b| a.id.cmp(&b.id));
    let notes = strays.iter().map(aside).collect();
    Ok(Class { submissions, notes })
}

fn single(folder: &Path) -> Class {
    let full = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let name = full.file_name().unwrap_or("submission".as_ref());
    let submission = Submission {
        id: name::safe(name),
        source: Ok(folder.to_owned()),
        notes: Vec::new(),
        student: None,
        submitted: None,
    };
    Class {
        submissions: vec![submission],
        notes: Vec::new(),
    }
}

/// The folder that the instructor names may be a link; what lies in it may not.
fn list_top(folder: &Path) -> Result<Vec<Entry>, DiscoverError> {
    let unreadable = |source| DiscoverError::Unreadable {
        folder: folder.to_owned(),
        source,
    };
    match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => list(folder).map_err(unreadable),
        Ok(_) => Err(DiscoverError::NotAFolder(folder.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(DiscoverError::Missing(folder.to_owned())),
        Err(error) => Err(unreadable(error)),
    }
}

/// What a folder holds, sorted by name.
fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        entries.push(Entry {
            name: entry.file_name(),
            path: entry.path(),
            kind: entry.file_type()?,
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

fn is_hidden(entry: &Entry) -> bool {
    entry.name.as_encoded_bytes().starts_with(b".")
}

/// A link may be meant as a submission, so that it has to be in the report.
fn is_candidate(entry: &Entry) -> bool {
    !is_hidden(entry) && (entry.kind.is_dir() || entry.kind.is_symlink())
}

fn aside(stray: &Entry) -> String {
    let name = stray.name.to_string_lossy();
    if stray.kind.is_dir() {
        format!("{name} is hidden, so it was left aside")
    } else {
        format!("{name} is no folder, so it was left aside")
    }
}

fn is_crate(folder: &Path) -> bool {
    let is = |path: &str, kind: fn(&FileType) -> bool| {
        fs::symlink_metadata(folder.join(path)).is_ok_and(|metadata| kind(&metadata.file_type()))
    };
    is("src", FileType::is_dir) && is(ROOT, FileType::is_file)
}

fn look_into(entry: &Entry) -> Submission {
    let mut notes = Vec::new();
    let source = if entry.kind.is_symlink() {
        Err(Problem("it is a symbolic link, which is not followed".to_owned()))
    } else {
        find_crate(&entry.path, &mut notes)
    };
    Submission {
        id: name::safe(&entry.name),
        source,
        notes,
        student: None,
        submitted: None,
    }
}

fn find_crate(folder: &Path, notes: &mut Vec<String>) -> Result<PathBuf, Problem> {
    if is_crate(folder) {
        return Ok(folder.to_owned());
    }
    let mut found = Vec::new();
    find_nested(folder, MAX_NESTING, &mut found);
    let inside = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).display().to_string();
    match found.as_slice() {
        [] => Err(Problem(why_no_crate(folder))),
        [only] => {
            notes.push(format!("the crate lies in {}", inside(only)));
            Ok(only.clone())
        }
        several => {
            let places: Vec<_> = several.iter().map(inside).collect();
            Err(Problem(format!("several crates: in {}", places.join(", "))))
        }
    }
}

/// Adds the crates in the folders of this one. A folder that cannot be read holds none.
fn find_nested(folder: &Path, levels: usize, found: &mut Vec<PathBuf>) {
    let Some(levels) = levels.checked_sub(1) else {
        return;
    };
    for entry in list(folder).unwrap_or_default() {
        if !entry.kind.is_dir() || is_hidden(&entry) {
            continue;
        }
        if is_crate(&entry.path) {
            found.push(entry.path);
        } else {
            find_nested(&entry.path, levels, found);
        }
    }
}

fn why_no_crate(folder: &Path) -> String {
    let is_link =
        |path: &&str| fs::symlink_metadata(folder.join(path)).is_ok_and(|metadata| metadata.file_type().is_symlink());
    match ["src", ROOT].into_iter().find(is_link) {
        Some(path) => format!("{path} is a symbolic link, which is not followed"),
        None => format!("no {ROOT}; there is {}", what_is_there(folder)),
    }
}

fn what_is_there(folder: &Path) -> String {
    const SHOWN: usize = 8;
    let entries = match list(folder) {
        Ok(entries) => entries,
        Err(error) => return format!("a folder that cannot be read: {error}"),
    };
    if entries.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<_> = entries.iter().take(SHOWN).map(describe).collect();
    let rest = entries.len() - shown.len();
    let rest = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    shown.join(", ") + &rest
}

fn describe(entry: &Entry) -> String {
    let name = entry.name.to_string_lossy();
    if entry.kind.is_dir() {
        format!("{name}/")
    } else if entry.kind.is_symlink() {
        format!("{name} (a symbolic link)")
    } else {
        name.into_owned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::symlink;

    /// A folder with these files.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    /// Each submission in a line: its id, where its crate lies or what its problem is, and its notes.
    fn lines(root: &Path) -> Vec<String> {
        let class = discover(root).unwrap();
        let line = |submission: Submission| {
            let source = match submission.source {
                Ok(path) => path.strip_prefix(root).unwrap().display().to_string(),
                Err(problem) => format!("! {problem}"),
            };
            [vec![submission.id, source], submission.notes].concat().join(" | ")
        };
        class.submissions.into_iter().map(line).collect()
    }

    #[test]
    fn every_folder_is_a_submission_in_the_order_of_names() {
        let root = folder(&["b/src/lib.rs", "a/src/lib.rs", "c/notes.txt", "c/x/y.txt"]);
        fs::create_dir(root.path().join("d")).unwrap();
        let expected = [
            "a | a",
            "b | b",
            "c | ! no src/lib.rs; there is notes.txt, x/",
            "d | ! no src/lib.rs; there is nothing",
        ];
        assert_eq!(lines(root.path()), expected);
    }

    #[test]
    fn one_nested_crate_is_used_and_several_are_a_problem() {
        let root = folder(&[
            "deep/1/2/3/src/lib.rs",
            "nested/my work/src/lib.rs",
            "several/x/src/lib.rs",
            "several/y/src/lib.rs",
            "too-deep/1/2/3/4/src/lib.rs",
            "hidden/.git/src/lib.rs",
        ]);
        let expected = [
            "deep | deep/1/2/3 | the crate lies in 1/2/3",
            "hidden | ! no src/lib.rs; there is .git/",
            "nested | nested/my work | the crate lies in my work",
            "several | ! several crates: in x, y",
            "too-deep | ! no src/lib.rs; there is 1/",
        ];
        assert_eq!(lines(root.path()), expected);
    }

    #[test]
    fn stray_files_and_hidden_folders_are_noted() {
        let root = folder(&["a/src/lib.rs", "grades.csv", ".git/config", ".DS_Store"]);
        let class = discover(root.path()).unwrap();
        let notes = [
            ".DS_Store is no folder, so it was left aside",
            ".git is hidden, so it was left aside",
            "grades.csv is no folder, so it was left aside",
        ];
        assert_eq!(class.notes, notes);
        assert_eq!(class.submissions.len(), 1);
    }

    #[test]
    fn links_are_not_followed() {
        let outside = folder(&["src/lib.rs"]);
        let root = folder(&["a/src/lib.rs", "b/x.txt", "c/src/main.rs"]);
        symlink(outside.path(), root.path().join("linked")).unwrap();
        symlink(outside.path().join("src"), root.path().join("b/src")).unwrap();
        symlink(outside.path().join("src/lib.rs"), root.path().join("c/src/lib.rs")).unwrap();
        let expected = [
            "a | a",
            "b | ! src is a symbolic link, which is not followed",
            "c | ! src/lib.rs is a symbolic link, which is not followed",
            "linked | ! it is a symbolic link, which is not followed",
        ];
        assert_eq!(lines(root.path()), expected);
    }

    #[test]
    fn a_single_crate_is_a_class_of_one() {
        let root = folder(&["ada/src/lib.rs", "ada/x/src/lib.rs"]);
        let ada = root.path().join("ada");
        assert_eq!(lines(&ada), ["ada | "]);
    }

    #[test]
    fn names_that_are_no_text_are_graded_under_ids_of_their_own() {
        let root = folder(&["ok/src/lib.rs"]);
        for name in [b"caf\xe9".to_vec(), b"caf\xe8".to_vec()] {
            let src = root.path().join(OsString::from_vec(name)).join("src");
            fs::create_dir_all(&src).unwrap();
            fs::write(src.join("lib.rs"), "").unwrap();
        }
        let ids: Vec<_> = discover(root.path()).unwrap().submissions;
        let ids: Vec<_> = ids.iter().map(|submission| submission.id.as_str()).collect();
        assert_eq!(ids, ["caf_", "caf_-2", "ok"]);
    }

    #[test]
    fn a_folder_without_submissions_is_an_error_that_says_what_to_do() {
        let root = folder(&["file", "junk/a/x", "junk/b/y", "files/x"]);
        fs::create_dir(root.path().join("empty")).unwrap();
        for (name, text) in [
            (
                "missing",
                "missing does not exist; name the folder that holds the submissions",
            ),
            (
                "file",
                "file is not a folder; name the folder that holds the submissions, or one submission's folder",
            ),
            (
                "empty",
                "empty holds no submissions; it should have one folder per submission, each with a src/lib.rs",
            ),
            (
                "files",
                "files holds no submissions; it should have one folder per submission, each with a src/lib.rs",
            ),
            (
                "junk",
                "junk holds a src/lib.rs; is it the folder with the submissions?",
            ),
        ] {
            let error = discover(&root.path().join(name)).unwrap_err().to_string();
            assert!(error.ends_with(text), "{name}: {error}");
        }
    }
}
