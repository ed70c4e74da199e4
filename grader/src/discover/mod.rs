//! What students handed in -> submissions, sorted and none skipped.
//!
//! Takes a folder of submissions, an archive of them, or one submission. In a folder, every folder, Rust file and archive
//! is a submission, but for hidden ones (their names start with a dot); the files of a learning system's download are one
//! submission per student. One without a crate is a submission with a [`Problem`]. Everything is looked at as it lies
//! there: no link is followed.
//!
//! Must never: follow a link, run anything, trust an archive, write anywhere but on the shelf and into the folder that a
//! source is to be copied to.

mod archive;
mod commit;
mod dates;
mod delivery;
mod folder;
mod name;
mod package;
mod roster;
mod sheet;
mod shelf;
mod source;
mod system;

pub use source::Source;

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use self::delivery::Delivery;
use self::folder::{Entry, Kind, has_file, list, stem};
use self::shelf::Shelf;

/// The file that makes a folder a crate to us.
const ROOT: &str = "src/lib.rs";

/// What was found.
#[derive(Debug)]
pub struct Class {
    /// Sorted by id.
    pub submissions: Vec<Submission>,
    /// What was left aside, in sentences.
    pub notes: Vec<String>,
    /// Holds what was unpacked, as long as the class is looked at.
    _shelf: Shelf,
}

/// What one student handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The name of its folder or file, or of its owner in the learning system; made safe for files and unique.
    pub id: String,
    /// The folder that holds `src/lib.rs`.
    pub source: Result<PathBuf, Problem>,
    /// What is odd about it and what was done about that, in sentences.
    pub notes: Vec<String>,
    /// Whose it is, as far as the learning system or the roster says.
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
    /// In seconds since 1970, if it is known.
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

/// Why nothing can be graded: the instructor's to mend.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// A roster or a list of times is no CSV file; the message names it.
    #[error(transparent)]
    NoSheet(#[from] crate::sheet::SheetError),
    /// There is nothing.
    #[error("{0} does not exist; name the folder that holds the submissions")]
    Missing(PathBuf),
    /// It is a file of another kind.
    #[error(
        "{0} is no folder, archive (.zip, .tar.gz) or Rust file; name what holds the submissions, or one submission"
    )]
    NotReadable(PathBuf),
    /// It is an archive that cannot be used.
    #[error("{file}: {problem}; unpack it by hand and name the folder")]
    Archive {
        /// The archive.
        file: PathBuf,
        /// Why not.
        problem: Problem,
    },
    /// It holds nothing that could be a submission.
    #[error("{0} holds no submissions; it should have one folder, archive or Rust file per submission")]
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
    #[error("cannot read {file}: {source}")]
    Unreadable {
        /// The folder or file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no place to unpack to.
    #[error("cannot make a temporary folder: {0}")]
    NoPlace(io::Error),
    /// A roster or the like is wrong.
    #[error("{file}, line {line}: {what}")]
    Sheet {
        /// The file.
        file: PathBuf,
        /// Where.
        line: u64,
        /// What is wrong and what to do.
        what: String,
    },
}

/// Finds the submissions in a folder or an archive, or the one that it is.
///
/// # Errors
/// When there is no submission in it.
pub fn discover(path: &Path) -> Result<Class, DiscoverError> {
    let mut shelf = Shelf::new().map_err(DiscoverError::NoPlace)?;
    let mut notes = Vec::new();
    let mut submissions = find(path, &mut shelf, &mut notes)?;
    name::make_unique(&mut submissions);
    submissions.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Class {
        submissions,
        notes,
        _shelf: shelf,
    })
}

impl Submission {
    /// A crate of which no more is known.
    #[must_use]
    pub fn new(id: impl Into<String>, folder: PathBuf) -> Self {
        Self {
            id: id.into(),
            source: Ok(folder),
            notes: Vec::new(),
            student: None,
            submitted: None,
        }
    }
}

/// What the instructor names may be a link; what lies in it may not.
fn find(path: &Path, shelf: &mut Shelf, notes: &mut Vec<String>) -> Result<Vec<Submission>, DiscoverError> {
    let full = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = full.file_name().unwrap_or("submission".as_ref());
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => in_folder(path, name, shelf, notes),
        Ok(_) if Kind::of(name) == Kind::Archive => in_archive(path, name, shelf, notes),
        Ok(_) if Kind::of(name) == Kind::Source => Ok(vec![Delivery::of_file(name, full.clone()).open(shelf)]),
        Ok(_) => Err(DiscoverError::NotReadable(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(DiscoverError::Missing(path.to_owned())),
        Err(error) => Err(unreadable(path, error)),
    }
}

fn unreadable(file: &Path, source: io::Error) -> DiscoverError {
    DiscoverError::Unreadable {
        file: file.to_owned(),
        source,
    }
}

fn in_folder(
    folder: &Path,
    name: &OsStr,
    shelf: &mut Shelf,
    notes: &mut Vec<String>,
) -> Result<Vec<Submission>, DiscoverError> {
    let entries = list(folder).map_err(|error| unreadable(folder, error))?;
    if package::is_crate(folder) || (has_file(folder, "lib.rs") && !entries.iter().any(is_another)) {
        return Ok(vec![Delivery::of_folder(name, folder.to_owned()).open(shelf)]);
    }
    let (deliveries, asides) = delivery::sort(entries);
    notes.extend(asides);
    if deliveries.is_empty() {
        return Err(DiscoverError::Empty(folder.to_owned()));
    }
    let are_folders = deliveries.iter().all(Delivery::is_plain_folder);
    let submissions: Vec<_> = deliveries.into_iter().map(|delivery| delivery.open(shelf)).collect();
    if are_folders && submissions.iter().all(|submission| submission.source.is_err()) {
        return Err(DiscoverError::Junk {
            folder: folder.to_owned(),
            count: submissions.len(),
        });
    }
    Ok(submissions)
}

/// An archive is a class, like a folder, unless there is only one thing in it: a crate or a Rust file.
fn in_archive(
    file: &Path,
    name: &OsStr,
    shelf: &mut Shelf,
    notes: &mut Vec<String>,
) -> Result<Vec<Submission>, DiscoverError> {
    let (place, left_out) = unpack(file, shelf).map_err(|problem| DiscoverError::Archive {
        file: file.to_owned(),
        problem,
    })?;
    notes.extend(archive::note(&left_out));
    let name = stem(name);
    let entries = list(&place).map_err(|error| unreadable(&place, error))?;
    if is_one(&entries) {
        return Ok(vec![Delivery::of_folder(name.as_ref(), place).open(shelf)]);
    }
    let root = match entries.as_slice() {
        [only] if only.kind.is_dir() && !is_marked(only) => &only.path,
        _ => &place,
    };
    // The instructor knows the archive, not the place.
    in_folder(root, name.as_ref(), shelf, notes).map_err(|error| match error {
        DiscoverError::Empty(_) => DiscoverError::Empty(file.to_owned()),
        DiscoverError::Junk { count, .. } => DiscoverError::Junk {
            folder: file.to_owned(),
            count,
        },
        other => other,
    })
}

fn unpack(file: &Path, shelf: &mut Shelf) -> Result<(PathBuf, Vec<String>), Problem> {
    let place = shelf.place()?;
    // What the instructor names may be a link.
    let full = fs::canonicalize(file).map_err(|error| Problem(format!("it cannot be read: {error}")))?;
    let left_out = archive::unpack(&full, &place, &archive::CLASS)?;
    Ok((place, left_out))
}

/// Whether these are one student's: a crate's folder, or a Rust file with nothing beside it that could be one's.
fn is_one(entries: &[Entry]) -> bool {
    let count = |kind| entries.iter().filter(|entry| entry.is(kind)).count();
    let folders: Vec<&Entry> = entries.iter().filter(|entry| entry.kind.is_dir()).collect();
    match (folders.as_slice(), count(Kind::Source), count(Kind::Archive)) {
        ([], 1, 0) => !entries.iter().any(is_marked),
        ([only], 0, 0) => package::is_crate(&only.path) && !is_marked(only),
        _ => false,
    }
}

/// Whether it is a submission whatever lies beside it.
fn is_another(entry: &Entry) -> bool {
    entry.is(Kind::Archive) || package::is_crate(&entry.path) || is_marked(entry)
}

/// Whether a learning system has named it.
fn is_marked(entry: &Entry) -> bool {
    system::read(&entry.name.to_string_lossy()).is_some()
}

#[cfg(all(test, unix))]
mod tests;
