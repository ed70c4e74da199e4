//! What one student handed in -> the folder whose `src/lib.rs` is graded.
//!
//! A crate is taken where it lies. Rust files without one are laid out as one on the shelf, archives are unpacked there;
//! an archive in an archive of a student's is not. What is done about odd input stands in the notes.

use std::fs;
use std::path::{Path, PathBuf};

use super::archive::{self, SUBMISSION};
use super::folder::{Entry, Kind, has_file, list, shown};
use super::shelf::Shelf;
use super::{Problem, ROOT};

/// How deep inside a submission's folder its crate may lie.
const MAX_NESTING: usize = 3;

/// What is laid out as the root of a crate.
const LIB: &str = "lib.rs";

/// Folders whose Rust files are no part of a library.
const BESIDE: &[&str] = &["target", "tests", "benches", "examples", "__MACOSX"];

/// A file that was handed in, under the name that its author gave it.
#[derive(Debug, Clone)]
pub(super) struct Loose {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// Whether a folder has a `src/lib.rs`, neither of them a link.
pub(super) fn is_crate(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join("src")).is_ok_and(|metadata| metadata.is_dir()) && has_file(folder, ROOT)
}

/// The crate in a folder, or in the only archive in it.
pub(super) fn in_folder(folder: &Path, shelf: &mut Shelf, notes: &mut Vec<String>) -> Result<PathBuf, Problem> {
    if let Some(found) = as_it_lies(folder, notes)? {
        return Ok(found);
    }
    let entries = list(folder).unwrap_or_default();
    let archives = entries.iter().filter(|entry| entry.is(Kind::Archive));
    match archives.collect::<Vec<_>>().as_slice() {
        [only] if !has_file(folder, LIB) => {
            notes.push(format!("the crate was looked for in {}", only.name.display()));
            in_archive(&only.path, shelf, notes)
        }
        _ => of_sources(folder, shelf, notes),
    }
}

/// The crate in an archive.
pub(super) fn in_archive(file: &Path, shelf: &mut Shelf, notes: &mut Vec<String>) -> Result<PathBuf, Problem> {
    let place = shelf.place()?;
    let left_out = archive::unpack(file, &place, &SUBMISSION)?;
    notes.extend(archive::note(&left_out));
    match as_it_lies(&place, notes)? {
        Some(found) => Ok(found),
        None => of_sources(&place, shelf, notes),
    }
}

/// The crate of files that were handed in side by side: the Rust files or, without any, what is in the archive.
pub(super) fn of_files(files: &[Loose], shelf: &mut Shelf, notes: &mut Vec<String>) -> Result<PathBuf, Problem> {
    let (sources, others) = split(files.iter().collect(), Kind::Source);
    if !sources.is_empty() {
        note_unread(&others, notes);
        let path = |file: &&Loose| (PathBuf::from(&file.name), file.path.clone());
        return lay_out(&sources.iter().map(path).collect::<Vec<_>>(), shelf, notes);
    }
    let (archives, others) = split(others, Kind::Archive);
    match archives.as_slice() {
        [only] => {
            note_unread(&others, notes);
            in_archive(&only.path, shelf, notes)
        }
        [] if others.is_empty() => Err(Problem("no file was handed in".to_owned())),
        [] => Err(nothing(&names(&others))),
        several => Err(Problem(format!("several archives: {}", shown(&names(several))))),
    }
}

/// The files of a kind and the others.
fn split(files: Vec<&Loose>, kind: Kind) -> (Vec<&Loose>, Vec<&Loose>) {
    files.into_iter().partition(|file| Kind::of(file.name.as_ref()) == kind)
}

fn names(files: &[&Loose]) -> Vec<String> {
    files.iter().map(|file| file.name.clone()).collect()
}

fn note_unread(files: &[&Loose], notes: &mut Vec<String>) {
    if !files.is_empty() {
        notes.push(format!("not read: {}", shown(&names(files))));
    }
}

/// The only crate in a folder, if there is one.
fn as_it_lies(folder: &Path, notes: &mut Vec<String>) -> Result<Option<PathBuf>, Problem> {
    if is_crate(folder) {
        return Ok(Some(folder.to_owned()));
    }
    let mut found = Vec::new();
    find_nested(folder, MAX_NESTING, &mut found);
    match found.as_slice() {
        [] => Ok(None),
        [only] => {
            notes.push(format!("the crate lies in {}", inside(folder, only)));
            Ok(Some(only.clone()))
        }
        several => {
            let places: Vec<_> = several.iter().map(|found| inside(folder, found)).collect();
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
        if !entry.kind.is_dir() || entry.is_hidden() {
            continue;
        }
        if is_crate(&entry.path) {
            found.push(entry.path);
        } else {
            find_nested(&entry.path, levels, found);
        }
    }
}

/// A crate of the Rust files in a folder without one: those where a `lib.rs` lies, or the only one.
fn of_sources(folder: &Path, shelf: &mut Shelf, notes: &mut Vec<String>) -> Result<PathBuf, Problem> {
    if let Some(path) = linked(folder) {
        return Err(Problem(format!("{path} is a symbolic link, which is not followed")));
    }
    let mut files = Vec::new();
    find_sources(folder, MAX_NESTING, &mut files);
    let base = match base(folder, &files, notes) {
        Some(base) => base,
        None if files.is_empty() => return Err(nothing(&contents(folder))),
        None => {
            let inside = files.iter().map(|file| inside(folder, file));
            return Err(no_root(&inside.collect::<Vec<_>>()));
        }
    };
    let inside = |file: PathBuf| Some((file.strip_prefix(&base).ok()?.to_owned(), file));
    lay_out(&files.into_iter().filter_map(inside).collect::<Vec<_>>(), shelf, notes)
}

/// The folder of the only `lib.rs`, or of the only file.
fn base(folder: &Path, files: &[PathBuf], notes: &mut Vec<String>) -> Option<PathBuf> {
    let roots: Vec<&PathBuf> = files.iter().filter(|file| file.ends_with(LIB)).collect();
    match (roots.as_slice(), files) {
        ([only], _) => {
            let name = inside(folder, only);
            notes.push(format!(
                "{name} does not lie in src; it and the files beside it are taken as src"
            ));
            only.parent().map(Path::to_owned)
        }
        ([], [only]) => only.parent().map(Path::to_owned),
        _ => None,
    }
}

fn inside(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

/// Adds the Rust files in a folder and those of it.
fn find_sources(folder: &Path, levels: usize, found: &mut Vec<PathBuf>) {
    for entry in list(folder).unwrap_or_default() {
        let is_beside = BESIDE.iter().any(|name| entry.name == *name);
        if entry.kind.is_dir() && !entry.is_hidden() && !is_beside && levels > 0 {
            find_sources(&entry.path, levels - 1, found);
        } else if entry.is(Kind::Source) && !entry.is_hidden() && entry.name != "build.rs" {
            found.push(entry.path);
        }
    }
}

/// A crate of these files, by their paths in its `src`; the only one is its root, whatever its name.
fn lay_out(files: &[(PathBuf, PathBuf)], shelf: &mut Shelf, notes: &mut Vec<String>) -> Result<PathBuf, Problem> {
    let has_root = files.iter().any(|(path, _)| path == Path::new(LIB));
    match files {
        [(path, from)] if !has_root => {
            notes.push(format!(
                "{} is the only Rust file, so it is taken as {ROOT}",
                path.display()
            ));
            shelf.lay_out([(Path::new(LIB), from.as_path())].into_iter())
        }
        _ if has_root => shelf.lay_out(files.iter().map(|(path, from)| (path.as_path(), from.as_path()))),
        _ => Err(no_root(
            &files
                .iter()
                .map(|(path, _)| path.display().to_string())
                .collect::<Vec<_>>(),
        )),
    }
}

fn no_root(files: &[String]) -> Problem {
    Problem(format!("no {ROOT}; which of these is it? {}", shown(files)))
}

fn nothing(names: &[String]) -> Problem {
    let there = if names.is_empty() {
        "nothing".to_owned()
    } else {
        shown(names)
    };
    Problem(format!("no {ROOT}; there is {there}"))
}

/// What would be the crate, were it no link.
fn linked(folder: &Path) -> Option<&'static str> {
    let is_link = |path: &&str| fs::symlink_metadata(folder.join(path)).is_ok_and(|metadata| metadata.is_symlink());
    ["src", ROOT].into_iter().find(is_link)
}

fn contents(folder: &Path) -> Vec<String> {
    match list(folder) {
        Ok(entries) => entries.iter().map(Entry::describe).collect(),
        Err(error) => vec![format!("a folder that cannot be read: {error}")],
    }
}
