//! The run folder: where a run's results stay, and where a later run finds them.
//!
//! `journal` holds a line per submission, written as soon as it is finished; `run` reads what is there, adds to it, and
//! makes `report.json` of it; `derived` writes what people open beside it; `saved` reads a run that has ended.
//!
//! Must never: lose a grade that was written, replace one by a fault of ours, or leave half a file under a name that counts.

mod derived;
mod journal;
mod results;
mod run;
mod saved;

pub use derived::{derive, file_name};
pub use journal::Finished;
pub use results::Results;
pub use run::Run;
pub use saved::{Saved, SavedError};

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::Path;

use fs_err as fs;
use tempfile::NamedTempFile;

/// What a run keeps in its folder.
pub const KEPT: [&str; 6] = [
    "journal.jsonl",
    "report.json",
    "book.json",
    "derived.json",
    "grades.csv",
    "report.html",
];

/// Makes the run folder if need be, and sees whether it can be written.
///
/// # Errors
/// When it cannot.
pub fn prepare(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    NamedTempFile::new_in(folder).map(drop)
}

/// Replaces a file at once.
///
/// # Errors
/// When its folder cannot be written.
pub fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    replace_with(file, |new| new.write_all(bytes))
}

/// Replaces a file at once by what is written to it, unless that is what it holds. A link is replaced, not followed.
pub(crate) fn replace_with(file: &Path, write: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    put(file, Safety::OnTheDisk, write)
}

/// What a file is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Safety {
    /// It is on the disk when it is replaced.
    OnTheDisk,
    /// After a power cut, it is made again.
    CanBeMadeAgain,
}

fn put(file: &Path, safety: Safety, write: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut new = NamedTempFile::new_in(folder)?;
    write(new.as_file_mut())?;
    if holds(file, new.as_file_mut())? {
        return Ok(());
    }
    match safety {
        Safety::OnTheDisk => new.as_file().sync_all()?,
        Safety::CanBeMadeAgain => {}
    }
    // A temporary file is the owner's alone; a report is as readable as the folder that it is in.
    #[cfg(unix)]
    fs::set_permissions(new.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// Whether a plain file is there and holds the same.
fn holds(file: &Path, new: &mut File) -> io::Result<bool> {
    let length = new.metadata()?.len();
    let is_like_it = |metadata: &std::fs::Metadata| metadata.is_file() && metadata.len() == length;
    if !fs::symlink_metadata(file).is_ok_and(|metadata| is_like_it(&metadata)) {
        return Ok(false);
    }
    let Ok(old) = File::open(file) else { return Ok(false) };
    new.rewind()?;
    same(BufReader::new(old), BufReader::new(new))
}

fn same(mut one: impl BufRead, mut other: impl BufRead) -> io::Result<bool> {
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if length == 0 || left[..length] != right[..length] {
            return Ok(left.is_empty() && right.is_empty());
        }
        one.consume(length);
        other.consume(length);
    }
}
