//! What lies in a folder, as it lies there: no link is followed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

/// Something in a folder.
pub(super) struct Entry {
    pub(super) name: OsString,
    pub(super) path: PathBuf,
    pub(super) kind: FileType,
}

/// What a file is to us, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rust.
    Source,
    /// Several files in one. Not every such kind can be read.
    Archive,
    /// Anything else.
    Other,
}

/// How the names of archives end.
const ARCHIVES: &[&str] = &[
    ".zip", ".tar", ".tar.gz", ".tgz", ".rar", ".7z", ".tar.xz", ".tar.bz2", ".tar.zst",
];

impl Kind {
    pub(super) fn of(name: &OsStr) -> Self {
        let name = name.to_string_lossy().to_lowercase();
        if name.ends_with(".rs") {
            Self::Source
        } else if ARCHIVES.iter().any(|end| name.ends_with(end)) {
            Self::Archive
        } else {
            Self::Other
        }
    }
}

/// A name without what says that it is Rust or an archive.
pub(super) fn stem(name: &OsStr) -> String {
    let text = name.to_string_lossy();
    let lower = text.to_ascii_lowercase();
    // The longest one, so that of `.tar.gz` nothing stays.
    let ends = ARCHIVES.iter().chain(&[".rs"]).filter(|end| lower.ends_with(*end));
    let longest = ends.map(|end| end.len()).max().unwrap_or(0);
    text[..text.len() - longest].to_owned()
}

impl Entry {
    pub(super) fn is_hidden(&self) -> bool {
        self.name.as_encoded_bytes().starts_with(b".")
    }

    /// A file of this kind.
    pub(super) fn is(&self, kind: Kind) -> bool {
        self.kind.is_file() && Kind::of(&self.name) == kind
    }

    /// Its name and what it is, if it is no file.
    pub(super) fn describe(&self) -> String {
        let name = self.name.to_string_lossy();
        if self.kind.is_dir() {
            format!("{name}/")
        } else if self.kind.is_symlink() {
            format!("{name} (a symbolic link)")
        } else {
            name.into_owned()
        }
    }
}

/// What a folder holds, sorted by name.
pub(super) fn list(folder: &Path) -> io::Result<Vec<Entry>> {
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

/// Whether there is a file of this name that is no link.
pub(super) fn has_file(folder: &Path, name: &str) -> bool {
    fs::symlink_metadata(folder.join(name)).is_ok_and(|metadata| metadata.is_file())
}

/// The first names of a list, and how many more there are.
pub(super) fn shown(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let rest = match names.len().checked_sub(SHOWN) {
        None | Some(0) => String::new(),
        Some(rest) => format!(" and {rest} more"),
    };
    names[..names.len().min(SHOWN)].join(", ") + &rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_file_is_and_whose() {
        for (name, kind, rest) in [
            ("alice.rs", Kind::Source, "alice"),
            ("ALICE.RS", Kind::Source, "ALICE"),
            ("alice.tar.gz", Kind::Archive, "alice"),
            ("alice.b.zip", Kind::Archive, "alice.b"),
            ("alice.7z", Kind::Archive, "alice"),
            ("alice.gz", Kind::Other, "alice.gz"),
            ("rs", Kind::Other, "rs"),
            ("é.zip", Kind::Archive, "é"),
        ] {
            let name = OsStr::new(name);
            assert_eq!((Kind::of(name), stem(name).as_str()), (kind, rest), "{name:?}");
        }
    }
}
