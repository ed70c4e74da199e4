//! `report.json` -> what people open beside it: `grades.csv`, `report.html`, and files of feedback per submission.
//!
//! They are made again when they are missing or older than the report, as `make` does it, so that a class in which nothing
//! has changed costs a look at each file, and one that was interrupted on the way comes to its end. Where the report is
//! newer, `derived.json` tells whose feedback it changes.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fs_err as fs;

use super::{Results, Safety, put};
use crate::report::{format, html};

/// Writes what is not there yet, or out of date.
///
/// # Errors
/// When a report cannot be read, or the folder cannot be written.
pub fn derive(folder: &Path, results: &mut dyn Results, ids: &[&str]) -> io::Result<()> {
    let report = fs::metadata(folder.join("report.json"))?.modified()?;
    let header = results.header().clone();
    let grades = folder.join("grades.csv");
    if !is_current(&grades, report) {
        renew(&grades, |to| {
            let mut reports = ids.iter().map(|id| results.report(id));
            format::csv(&header, &mut reports, to)
        })?;
    }
    let page = folder.join("report.html");
    if !is_current(&page, report) {
        renew(&page, |to| html::page(&header, ids, &mut |id| results.report(id), to))?;
    }
    derive_feedback(folder, results, ids, report)
}

/// A text and a page for each author.
fn derive_feedback(folder: &Path, results: &mut dyn Results, ids: &[&str], report: SystemTime) -> io::Result<()> {
    let header = results.header().clone();
    let feedback = folder.join("feedback");
    fs::create_dir_all(&feedback)?;
    let list = folder.join("derived.json");
    let is_current = is_current(&list, report);
    // A list that cannot be read tells nothing.
    let made: BTreeMap<String, String> = fs::read(&list)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let mut now = BTreeMap::new();
    for id in ids {
        let [text, page] = ["md", "html"].map(|extension| file_name(id, extension));
        let (text, page) = (feedback.join(text?), feedback.join(page?));
        let is_there = is_file(&text) && is_file(&page);
        let hash = match made.get(*id) {
            Some(hash) if is_current => hash.clone(),
            Some(_) | None => hash(results, id)?,
        };
        if !is_there || made.get(*id) != Some(&hash) {
            let report = results.report(id)?;
            renew(&text, |to| format::markdown(&header, &report, to))?;
            renew(&page, |to| html::student_page(&header, &report, to))?;
        }
        now.insert((*id).to_owned(), hash);
    }
    for id in made.keys().filter(|id| !now.contains_key(*id)) {
        for extension in ["md", "html"] {
            // It may be gone already.
            let _ = fs::remove_file(feedback.join(file_name(id, extension)?));
        }
    }
    if !is_current || now != made {
        renew(&list, |to| Ok(serde_json::to_writer(to, &now)?))?;
    }
    Ok(())
}

/// Of all that the report says of a submission.
fn hash(results: &mut dyn Results, id: &str) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    results.write(&[id], &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The name of a submission's file in a folder.
///
/// # Errors
/// When the id could lead out of the folder, which no id of ours does.
pub fn file_name(id: &str, extension: &str) -> io::Result<PathBuf> {
    /// File systems allow 255.
    const MAX_BYTES: usize = 200;
    if id.is_empty() || id.contains(['/', '\\', '\0']) {
        return Err(io::Error::other(format!("{id:?} is no name of a file")));
    }
    if id.len() <= MAX_BYTES {
        return Ok(format!("{id}.{extension}").into());
    }
    let end = (0..=MAX_BYTES).rev().find(|end| id.is_char_boundary(*end)).unwrap_or(0);
    let hash = blake3::hash(id.as_bytes()).to_hex();
    Ok(format!("{}-{}.{extension}", &id[..end], &hash[..8]).into())
}

fn is_current(file: &Path, report: SystemTime) -> bool {
    let metadata = fs::symlink_metadata(file);
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.modified().is_ok_and(|time| time >= report))
}

/// A link is none: what it leads to is not ours.
fn is_file(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file())
}

/// Replaces a file, or says that what it has still stands.
fn renew(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    put(file, Safety::CanBeMadeAgain, |new| {
        let mut new = io::BufWriter::new(new);
        write(&mut new)?;
        new.flush()
    })?;
    // One that keeps its old time is looked at again next time.
    let _ = fs::OpenOptions::new()
        .append(true)
        .open(file)
        .and_then(|file| file.file().set_modified(SystemTime::now()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_stay_in_their_folder_and_within_bounds() {
        for (id, name) in [("alice", "alice.md"), ("a.b c", "a.b c.md"), ("..", "...md")] {
            assert_eq!(file_name(id, "md").unwrap(), Path::new(name));
        }
        for id in ["", "../alice", "a/b", "a\\b", "a\0"] {
            assert!(file_name(id, "md").is_err(), "{id:?}");
        }
        let names = ["é".repeat(120), "é".repeat(121)].map(|id| file_name(&id, "md").unwrap());
        assert_ne!(names[0], names[1]);
        assert!(names.iter().all(|name| name.as_os_str().len() < 255));
    }
}
