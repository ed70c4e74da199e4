//! Folders in the cache that live as long as somebody uses them, also if that one is killed.
//!
//! Each holds a file that its owner keeps locked: the system takes the lock back when a process ends, however it does.
//! Whoever makes a folder first removes those whose lock nobody has. One lock on the cache keeps two from doing so at
//! once, so that a folder without its lock is a dead one.
//!
//! Must never: remove a folder of a living grader, or anything of another name.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;

/// The file whose lock says that a folder is in use, and that of the whole cache.
const LOCK: &str = "lock";

/// What the names of such folders begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A run's sources, builds and outboxes.
    Run,
    /// The libraries that submissions are compiled against.
    Libraries,
    /// What cargo has said of the template.
    Record,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::Run, Self::Libraries, Self::Record];

    fn prefix(self) -> &'static str {
        match self {
            Self::Run => "run-",
            Self::Libraries => "libraries-",
            Self::Record => "record-",
        }
    }
}

/// A folder that is gone with its owner.
#[derive(Debug)]
pub struct Scratch {
    /// Let go before the folder is removed: some systems remove no file that is open.
    _lock: File,
    folder: TempDir,
}

impl Scratch {
    /// A new folder in the cache, which is there already. Folders of the dead are gone afterwards.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn new(purpose: Purpose, cache: &Path) -> io::Result<Self> {
        let _one_at_a_time = lock(&cache.join(LOCK))?;
        remove_dead(cache)?;
        let folder = tempfile::Builder::new().prefix(purpose.prefix()).tempdir_in(cache)?;
        Ok(Self {
            _lock: lock(&folder.path().join(LOCK))?,
            folder,
        })
    }

    /// Leaves it where it is, without an owner: whoever wants it gives it another name.
    pub fn keep(self) -> PathBuf {
        // A lock that stays behind says nothing under another name.
        let _ = fs::remove_file(self.folder.path().join(LOCK));
        self.folder.keep()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Waits for a lock. On a disk that has none nobody gets one, and nothing is removed.
fn lock(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(path)?;
    match file.lock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        Ok(()) | Err(_) => Ok(file),
    }
}

fn remove_dead(cache: &Path) -> io::Result<()> {
    for entry in fs::read_dir(cache)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_ours = |purpose: &Purpose| name.to_string_lossy().starts_with(purpose.prefix());
        if Purpose::ALL.iter().any(is_ours) && entry.file_type()?.is_dir() && is_dead(&entry.path()) {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// A folder that was never locked has lost its owner before that.
fn is_dead(folder: &Path) -> bool {
    match File::options().append(true).open(folder.join(LOCK)) {
        Ok(lock) => match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        },
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(cache: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(cache).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn name(scratch: &Scratch) -> String {
        scratch.path().file_name().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_folder_is_there_as_long_as_its_owner() {
        let cache = tempfile::tempdir().unwrap();
        let first = Scratch::new(Purpose::Run, cache.path()).unwrap();
        let second = Scratch::new(Purpose::Libraries, cache.path()).unwrap();
        let mut expected = vec![name(&second), LOCK.to_owned(), name(&first)];
        assert_eq!(names(cache.path()), expected);
        drop(first);
        expected.pop();
        assert_eq!(names(cache.path()), expected);
    }

    #[test]
    fn folders_of_the_dead_are_removed_and_nothing_else() {
        let cache = tempfile::tempdir().unwrap();
        let living = Scratch::new(Purpose::Run, cache.path()).unwrap();
        for dead in ["run-x", "libraries-x", "record-x", "cargo", "runner"] {
            std::fs::create_dir_all(cache.path().join(dead).join("inner")).unwrap();
            std::fs::write(cache.path().join(dead).join(LOCK), "").unwrap();
        }
        std::fs::create_dir(cache.path().join("run-before-its-lock")).unwrap();
        std::fs::write(cache.path().join("run-file"), "").unwrap();
        let next = Scratch::new(Purpose::Record, cache.path()).unwrap();
        let mut expected = vec![name(&living), name(&next)];
        expected.extend(["cargo", LOCK, "run-file", "runner"].map(str::to_owned));
        expected.sort();
        assert_eq!(names(cache.path()), expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let (cache, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(elsewhere.path().join("kept"), "").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), cache.path().join("run-link")).unwrap();
        Scratch::new(Purpose::Run, cache.path()).unwrap();
        assert!(elsewhere.path().join("kept").exists());
    }
}
