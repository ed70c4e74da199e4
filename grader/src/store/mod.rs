//! The run folder: where a run's results stay, and where a later run finds them.
//!
//! `journal` holds a line per submission, written as soon as it is finished; `run` reads what is there, adds to it, and
//! makes `report.json` of it.
//!
//! Must never: lose a grade that was written, replace one by a fault of ours, or leave half a file under a name that counts.

mod journal;
mod run;

pub use journal::Finished;
pub use run::Run;

use std::fs::File;
use std::io::Write;
use std::path::Path;

use fs_err as fs;
use tempfile::NamedTempFile;

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

/// Replaces a file at once by what is written to it.
fn replace_with(file: &Path, write: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut new = NamedTempFile::new_in(folder)?;
    write(new.as_file_mut())?;
    new.as_file().sync_all()?;
    // A temporary file is the owner's alone; a report is as readable as the folder that it is in.
    #[cfg(unix)]
    fs::set_permissions(new.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}
