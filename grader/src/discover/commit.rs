//! A clone -> the time of the commit that it is at, read from the files in `.git`.
//!
//! What lies there is a student's: no link is followed, nothing outside of `.git` is read, no program is run, and of a
//! file never more is read than a commit may have.

mod pack;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use flate2::read::ZlibDecoder;

use super::source::open_plain;

/// The most that is read of a commit or a small file.
const MAX_SMALL: u64 = 64 << 10;

/// The most that is read of the list of all references.
const MAX_REFS: u64 = 4 << 20;

/// The end of the year 9999.
const MAX_TIME: i64 = 253_402_300_799;

/// In seconds since 1970; nothing when the folder is no clone.
pub(super) fn time(folder: &Path) -> Option<Result<i64, String>> {
    let git = folder.join(".git");
    let metadata = fs::symlink_metadata(&git).ok()?;
    let is_empty = metadata.is_dir() && fs::symlink_metadata(git.join("HEAD")).is_err();
    if is_empty {
        return None;
    }
    Some(if metadata.is_dir() {
        head(&git)
            .and_then(|hash| commit(&git, &hash))
            .and_then(|commit| committed(&commit))
    } else {
        Err(".git is no folder".to_owned())
    })
}

/// A hash, as bytes.
type Hash = [u8; 20];

/// The commit that is checked out.
fn head(git: &Path) -> Result<Hash, String> {
    let head = read_text(git, "HEAD", MAX_SMALL)?;
    let Some(name) = head.trim().strip_prefix("ref: ") else {
        return parse_hash(&head);
    };
    if !name.starts_with("refs/") {
        return Err("HEAD names nothing".to_owned());
    }
    if let Ok(hash) = read_text(git, name, MAX_SMALL) {
        return parse_hash(&hash);
    }
    let refs = read_text(git, "packed-refs", MAX_REFS).map_err(|_| "there is no commit".to_owned())?;
    let found = refs.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix(' '));
    found.map_or_else(|| Err("there is no commit".to_owned()), parse_hash)
}

fn parse_hash(text: &str) -> Result<Hash, String> {
    let text = text.trim().as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8]| Some((digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?) as u8);
    let bytes: Option<Vec<u8>> = text.chunks(2).map(byte).collect();
    let hash = bytes.and_then(|bytes| Hash::try_from(bytes).ok());
    hash.ok_or_else(|| "HEAD is no hash".to_owned())
}

/// The text of a commit.
fn commit(git: &Path, hash: &Hash) -> Result<String, String> {
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let loose = format!("objects/{}/{}", &hex[..2], &hex[2..]);
    let Ok(file) = open(git, &loose) else {
        return pack::commit(git, hash);
    };
    let object = inflate(file)?;
    let (kind, text) = object.split_once('\0').ok_or("it is damaged")?;
    kind.starts_with("commit ")
        .then(|| text.to_owned())
        .ok_or_else(|| "HEAD is no commit".to_owned())
}

/// As much of what is compressed as a commit may have.
fn inflate(compressed: impl Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = ZlibDecoder::new(compressed).take(MAX_SMALL).read_to_end(&mut bytes);
    read.map_err(|error| format!("it is damaged: {error}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The time in a commit's `committer` line.
fn committed(commit: &str) -> Result<i64, String> {
    let mut lines = commit.lines().take_while(|line| !line.is_empty());
    let line = lines.find_map(|line| line.strip_prefix("committer "));
    let time = line.and_then(|line| line.rsplit(' ').nth(1)?.parse().ok());
    let time = time.filter(|time| (0..=MAX_TIME).contains(time));
    time.ok_or_else(|| "the commit has no time".to_owned())
}

fn read_text(git: &Path, path: &str, limit: u64) -> Result<String, String> {
    let mut text = String::new();
    let read = open(git, path)?.take(limit).read_to_string(&mut text);
    read.map(|_| text)
        .map_err(|error| format!("{path} cannot be read: {error}"))
}

/// Opens a file in `.git` to which no link leads.
fn open(git: &Path, path: &str) -> Result<File, String> {
    open_plain(&inside(git, path)?).map_err(|error| format!("{path} cannot be read: {error}"))
}

/// What lies in `.git` under this path, which no link leads to.
fn inside(git: &Path, path: &str) -> Result<PathBuf, String> {
    let mut full = git.to_owned();
    for part in Path::new(path).components() {
        let Component::Normal(part) = part else {
            return Err(format!("{path} leads out of .git"));
        };
        full.push(part);
        match fs::symlink_metadata(&full) {
            Ok(metadata) if metadata.is_symlink() => return Err(format!("{path} is a symbolic link")),
            Ok(_) => {}
            Err(error) => return Err(format!("{path} cannot be read: {error}")),
        }
    }
    Ok(full)
}

#[cfg(all(test, unix))]
mod tests;
