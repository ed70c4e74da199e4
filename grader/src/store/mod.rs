//! The run folder: where a run's results stay.

use std::io::Write;
use std::path::Path;

use fs_err as fs;
use tempfile::NamedTempFile;

use crate::report::Report;

/// Makes the run folder if need be, and sees whether it can be written.
///
/// # Errors
/// When it cannot.
pub fn prepare(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    NamedTempFile::new_in(folder).map(drop)
}

/// Writes `report.json` into the run folder. Whoever reads it sees the old report or the new one,
/// never half of one.
///
/// # Errors
/// When the folder cannot be written.
pub fn save(folder: &Path, report: &Report) -> std::io::Result<()> {
    replace(&folder.join("report.json"), (to_json(report)? + "\n").as_bytes())
}

/// The report as JSON.
///
/// # Errors
/// When it has no JSON, which no report has.
pub fn to_json(report: &Report) -> std::io::Result<String> {
    serde_json::to_string_pretty(report).map_err(std::io::Error::other)
}

/// Replaces a file at once.
///
/// # Errors
/// When its folder cannot be written.
pub fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    // A temporary file is the owner's alone; a report is as readable as the folder that it is in.
    #[cfg(unix)]
    fs::set_permissions(new.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}
