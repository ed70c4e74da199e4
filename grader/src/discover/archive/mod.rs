//! An archive to files in an empty folder, without trusting it.
//!
//! Only Rust files and what lies in a `src` are unpacked; of the others the names are kept, by files without content. What
//! is unpacked is counted while it is inflated, whatever sizes the archive claims. Links, devices and names that lead out
//! of the folder are refused, and with them the archive.
//!
//! Must never: write outside of the folder, panic on any bytes, or unpack more than its limits.

mod member;
mod tar;
mod zip;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use fs_err as fs;

use self::member::Members;
use super::Problem;
use super::folder::{Kind, shown};
use super::source::{MAX_BYTES, open_plain};

/// How much an archive may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Its own size.
    pub(super) packed: u64,
    /// Files and folders.
    pub(super) members: usize,
    /// What is unpacked of it.
    pub(super) bytes: u64,
    /// Archives in it are unpacked too, as files, up to this size each.
    pub(super) inner: Option<u64>,
}

/// What one student hands in.
pub(super) const SUBMISSION: Limits = Limits {
    packed: 128 << 20,
    members: 20_000,
    bytes: 64 << 20,
    inner: None,
};

/// What a learning system packs for the instructor.
pub(super) const CLASS: Limits = Limits {
    packed: 8 << 30,
    members: 500_000,
    bytes: 4 << 30,
    inner: Some(SUBMISSION.packed),
};

/// Unpacks an archive into an empty folder. Gives the names of what was left out.
///
/// # Errors
/// When it is damaged, hostile, too large or of a kind that is not read.
pub(super) fn unpack(archive: &Path, into: &Path, limits: &Limits) -> Result<Vec<String>, Problem> {
    let mut file = open_plain(archive).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size == 0 {
        return Err(Problem("the archive is empty".to_owned()));
    }
    if size > limits.packed {
        let most = limits.packed >> 20;
        return Err(Problem(format!(
            "the archive has more than {most} MiB; is `target` in it?"
        )));
    }
    let mut members = Members::new(into, limits);
    match format(&mut file, archive).map_err(unreadable)? {
        Format::Zip => zip::unpack(file, &mut members)?,
        Format::Gzip => tar::unpack(flate2::read::MultiGzDecoder::new(file), &mut members)?,
        Format::Tar => tar::unpack(file, &mut members)?,
        Format::Foreign => {
            return Err(Problem(
                "this kind of archive is not read; .zip and .tar.gz are".to_owned(),
            ));
        }
    }
    Ok(members.left_out())
}

/// What was left out, in a sentence, if anything was.
pub(super) fn note(left_out: &[String]) -> Option<String> {
    (!left_out.is_empty()).then(|| format!("left out of the archive: {}", shown(left_out)))
}

enum Format {
    Zip,
    Gzip,
    Tar,
    Foreign,
}

/// The first bytes count for more than the name.
fn format(file: &mut File, archive: &Path) -> io::Result<Format> {
    let mut magic = Vec::new();
    file.take(4).read_to_end(&mut magic)?;
    file.seek(SeekFrom::Start(0))?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    Ok(match magic.as_slice() {
        [0x1f, 0x8b, ..] => Format::Gzip,
        [b'P', b'K', ..] => Format::Zip,
        _ if name.ends_with(".zip") => Format::Zip,
        _ if name.ends_with(".tar") => Format::Tar,
        _ if name.ends_with(".gz") || name.ends_with(".tgz") => Format::Gzip,
        _ => Format::Foreign,
    })
}

/// What of a file is unpacked.
enum Wanted {
    /// So many bytes. In a class, a source is cut one byte after what one may have: it is refused where all sources are,
    /// and the others are not.
    Bytes(u64),
    /// Its name.
    Name,
}

fn wanted(path: &Path, limits: &Limits) -> Wanted {
    let kind = Kind::of(path.file_name().unwrap_or_default());
    match (kind, limits.inner) {
        (Kind::Archive, Some(inner)) => Wanted::Bytes(inner + 1),
        (Kind::Source, _) => Wanted::Bytes(MAX_BYTES + 1),
        _ if path.components().any(|part| part.as_os_str() == OsStr::new("src")) => Wanted::Bytes(MAX_BYTES + 1),
        (Kind::Archive | Kind::Other, _) => Wanted::Name,
    }
}

fn too_large(bytes: u64) -> Problem {
    Problem(format!("the archive holds more than {} MiB", bytes >> 20))
}

fn too_many(members: usize) -> Problem {
    Problem(format!("the archive holds more than {members} files"))
}

fn damaged(error: impl std::fmt::Display) -> Problem {
    Problem(format!("the archive is damaged: {error}"))
}

fn unreadable(error: io::Error) -> Problem {
    Problem(format!("the archive cannot be read: {error}"))
}

/// Copies what is wanted into a new file; how many bytes it was.
fn write(content: &mut impl Read, bytes: u64, to: &Path) -> Result<u64, Problem> {
    let mut file = fs::File::create_new(to).map_err(|error| Problem(format!("it cannot be unpacked: {error}")))?;
    io::copy(&mut content.take(bytes), &mut file).map_err(damaged)
}

#[cfg(all(test, unix))]
mod tests;
