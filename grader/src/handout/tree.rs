//! The files of a handout, before any of them is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use walkdir::{DirEntry, WalkDir};

use super::HandoutError;

/// Files by where they are in the handout.
#[derive(Debug, Default)]
pub(super) struct Tree(BTreeMap<PathBuf, Vec<u8>>);

/// What editors and merges leave behind.
const LEFT_BEHIND: [&str; 5] = ["~", ".bak", ".orig", ".rej", ".swp"];

impl Tree {
    /// Adds a file, unless it is there already.
    pub(super) fn add(&mut self, path: impl Into<PathBuf>, content: impl Into<Vec<u8>>) {
        self.0.entry(path.into()).or_insert_with(|| content.into());
    }

    /// Adds what of these files and folders there is in a folder, but for what is hidden or was left behind by accident.
    pub(super) fn gather(&mut self, folder: &Path, names: &[&str], seat: &Path) -> Result<(), HandoutError> {
        let there = names.iter().map(|name| folder.join(name));
        for start in there.filter(|path| fs::symlink_metadata(path).is_ok()) {
            for entry in WalkDir::new(&start).into_iter().filter_entry(is_meant) {
                let entry = entry.map_err(std::io::Error::from)?;
                let path = entry.path();
                let place = seat.join(path.strip_prefix(folder).expect("a walk stays in its folder"));
                match entry.file_type() {
                    kind if kind.is_dir() => {}
                    kind if kind.is_file() => self.add(place, fs::read(path)?),
                    _ => return Err(HandoutError::Odd(path.to_owned())),
                }
            }
        }
        Ok(())
    }

    /// The files, sorted.
    pub(super) fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.0
            .iter()
            .map(|(path, content)| (path.as_path(), content.as_slice()))
    }

    pub(super) fn has(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }
}

fn is_meant(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    let is_hidden = name.starts_with(b".");
    !is_hidden && !LEFT_BEHIND.iter().any(|end| name.ends_with(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_is_gathered_and_of_that_only_what_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            "src/lib.rs",
            "src/a/b.rs",
            "src/.env",
            "src/lib.rs~",
            "src/lib.rs.orig",
            "src/.git/config",
            "spec.yaml",
            "other/c.rs",
            "rust-toolchain.toml",
        ];
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let mut tree = Tree::default();
        let names = ["src", "data", "rust-toolchain.toml"];
        tree.gather(folder.path(), &names, Path::new("x")).unwrap();
        let gathered: Vec<_> = tree.files().map(|(path, _)| path.to_owned()).collect();
        let wanted = ["x/rust-toolchain.toml", "x/src/a/b.rs", "x/src/lib.rs"];
        assert_eq!(gathered, wanted.map(PathBuf::from));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_gathered_but_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["src", "data/src"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink("/etc", path).unwrap();
            let gathered = Tree::default().gather(folder.path(), &[name], Path::new(""));
            assert!(matches!(gathered, Err(HandoutError::Odd(_))), "{gathered:?}");
        }
    }
}
