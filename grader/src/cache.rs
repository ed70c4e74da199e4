//! What was made before, by what it was made from: a file per entry, named by a hash.
//!
//! It may be deleted at any time and shared by several graders: an entry appears whole or not at all, one that is damaged is
//! none, and what cannot be kept is made again. Nothing of it is the only copy of anything.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use fs_err as fs;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

/// How many bytes the entries may take together; beyond that, those that were not used for longest go.
const LIMIT: u64 = 2 << 30;

/// An entry that is used is marked as used so often, not each time.
const MARK: Duration = Duration::from_secs(24 * 60 * 60);

/// The bytes of a hash.
const HASH: usize = blake3::OUT_LEN;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What became of a source when it was compiled.
    Artifact,
    /// What came of checks.
    Verdicts,
    /// What known solutions answer.
    Answers,
}

/// Entries in a folder.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Whether what earlier runs have kept of submissions does not count.
    fresh: bool,
    /// What this run has kept.
    kept: Mutex<HashSet<PathBuf>>,
    /// Who is at work on what.
    at_work: Mutex<HashMap<String, Arc<Mutex<()>>>>,
    /// Why something could not be kept.
    trouble: OnceLock<String>,
}

impl Cache {
    /// A cache in a folder that need not exist yet.
    #[must_use]
    pub fn new(folder: &Path, fresh: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            fresh,
            kept: Mutex::default(),
            at_work: Mutex::default(),
            trouble: OnceLock::new(),
        }
    }

    /// What was kept, if it still can be read.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, kind: Kind, key: &str) -> Option<T> {
        let file = self.file(kind, key);
        let is_of_a_submission = match kind {
            Kind::Artifact | Kind::Verdicts => true,
            Kind::Answers => false,
        };
        if self.fresh && is_of_a_submission && !unpoisoned(&self.kept).contains(&file) {
            return None;
        }
        let bytes = fs::read(&file).ok()?;
        let (hash, content) = bytes.split_first_chunk::<HASH>()?;
        if blake3::hash(content) != *hash {
            return None;
        }
        mark(&file);
        postcard::from_bytes(content).ok()
    }

    /// Keeps something. When that fails, it will be made again.
    pub fn put<T: Serialize>(&self, kind: Kind, key: &str, entry: &T) {
        let file = self.file(kind, key);
        match write(&file, entry) {
            Ok(()) => drop(unpoisoned(&self.kept).insert(file)),
            // The first reason will do.
            Err(error) => drop(self.trouble.set(error.to_string())),
        }
    }

    /// Makes sure that what two threads want at once is made by one of them, and found by the other.
    pub fn alone<T>(&self, key: &str, make: impl FnOnce() -> T) -> T {
        let turn = Arc::clone(unpoisoned(&self.at_work).entry(key.to_owned()).or_default());
        let made = {
            let _turn = unpoisoned(&turn);
            make()
        };
        let mut at_work = unpoisoned(&self.at_work);
        // This one here and the one in the map: nobody waits.
        if Arc::strong_count(&turn) == 2 {
            at_work.remove(key);
        }
        made
    }

    /// Why something could not be kept, if something could not.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.get().map(String::as_str)
    }

    /// Deletes what was not used for longest, as far as there is too much.
    pub fn trim(&self) {
        if !unpoisoned(&self.kept).is_empty() {
            trim(&self.folder, LIMIT);
        }
    }

    fn file(&self, kind: Kind, key: &str) -> PathBuf {
        let kind = match kind {
            Kind::Artifact => "artifacts",
            Kind::Verdicts => "verdicts",
            Kind::Answers => "answers",
        };
        // A folder with a hundred thousand files is slow on many file systems.
        let (shelf, name) = key.split_at_checked(2).unwrap_or(("", key));
        self.folder.join(kind).join(shelf).join(name)
    }
}

fn write<T: Serialize>(file: &Path, entry: &T) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let content = postcard::to_stdvec(entry).map_err(std::io::Error::other)?;
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(blake3::hash(&content).as_bytes())?;
    new.write_all(&content)?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// The time of a file's last change is that of its last use. Nothing depends on it but what is deleted first.
fn mark(file: &Path) {
    let now = SystemTime::now();
    let changed = fs::metadata(file).and_then(|metadata| metadata.modified());
    if changed.is_ok_and(|changed| now.duration_since(changed).is_ok_and(|age| age > MARK)) {
        let _ = std::fs::File::options()
            .append(true)
            .open(file)
            .and_then(|file| file.set_modified(now));
    }
}

fn trim(folder: &Path, limit: u64) {
    let kinds = [Kind::Artifact, Kind::Verdicts, Kind::Answers].map(|kind| Cache::new(folder, false).file(kind, ""));
    let mut entries: Vec<(SystemTime, u64, PathBuf)> = kinds
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(folder).into_iter().flatten())
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some((metadata.modified().ok()?, metadata.len(), entry.into_path()))
        })
        .collect();
    entries.sort();
    let mut size: u64 = entries.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, file) in entries {
        if size <= limit {
            return;
        }
        // Another grader may have been faster.
        let _ = fs::remove_file(file);
        size -= bytes;
    }
}

/// A thread that panicked has left these as they were.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const KEY: &str = "0123456789abcdef";

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(&folder.path().join("not/yet"), false);
        (folder, cache)
    }

    #[test]
    fn what_is_kept_is_found_by_its_kind_and_key() {
        let (_folder, cache) = cache();
        cache.put(Kind::Verdicts, KEY, &(1u8, f64::NAN.to_bits(), "text".to_owned()));
        assert_eq!(
            cache.get(Kind::Verdicts, KEY),
            Some((1u8, f64::NAN.to_bits(), "text".to_owned()))
        );
        assert_eq!(cache.get::<u8>(Kind::Artifact, KEY), None);
        assert_eq!(cache.get::<u8>(Kind::Verdicts, "other"), None);
        assert_eq!(cache.trouble(), None);
    }

    #[test]
    fn a_damaged_entry_is_none() {
        let (_folder, cache) = cache();
        let file = cache.file(Kind::Verdicts, KEY);
        cache.put(Kind::Verdicts, KEY, &vec![1.0, 2.0, 3.0]);
        let whole = fs::read(&file).unwrap();
        let flipped = |index: usize| {
            let mut bytes = whole.clone();
            bytes[index] ^= 1;
            bytes
        };
        let longer = [&whole[..], b"x"].concat();
        for damaged in [Vec::new(), whole[..40].to_vec(), flipped(0), flipped(HASH), longer] {
            fs::write(&file, damaged).unwrap();
            assert_eq!(cache.get::<Vec<f64>>(Kind::Verdicts, KEY), None);
        }
        fs::write(&file, &whole).unwrap();
        assert_eq!(cache.get::<Vec<f64>>(Kind::Verdicts, KEY), Some(vec![1.0, 2.0, 3.0]));
    }

    #[test]
    fn a_fresh_run_finds_only_what_it_has_kept_itself() {
        let (_folder, old) = cache();
        old.put(Kind::Verdicts, KEY, &1u8);
        let fresh = Cache::new(&old.folder, true);
        assert_eq!(fresh.get::<u8>(Kind::Verdicts, KEY), None);
        fresh.put(Kind::Verdicts, KEY, &2u8);
        assert_eq!(fresh.get::<u8>(Kind::Verdicts, KEY), Some(2));
    }

    #[test]
    fn what_cannot_be_kept_is_told_and_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "in the way").unwrap();
        let cache = Cache::new(&file, false);
        cache.put(Kind::Verdicts, KEY, &1u8);
        assert_eq!(cache.get::<u8>(Kind::Verdicts, KEY), None);
        assert!(
            cache.trouble().is_some_and(|why| why.contains("file")),
            "{:?}",
            cache.trouble()
        );
    }

    #[test]
    fn what_two_want_at_once_is_made_once() {
        let (_folder, cache) = cache();
        let made = AtomicUsize::new(0);
        let get = || {
            cache.alone(KEY, || {
                cache.get::<usize>(Kind::Artifact, KEY).unwrap_or_else(|| {
                    let number = made.fetch_add(1, Ordering::SeqCst);
                    cache.put(Kind::Artifact, KEY, &number);
                    number
                })
            })
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(get)).collect();
            assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 0));
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
        assert!(unpoisoned(&cache.at_work).is_empty());
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let (_folder, cache) = cache();
        let now = SystemTime::now();
        for (age, key) in [(3, "aa-oldest"), (1, "bb-newest"), (2, "cc-middle")] {
            cache.put(Kind::Artifact, key, &vec![0u8; 1000]);
            let file = fs::OpenOptions::new()
                .append(true)
                .open(cache.file(Kind::Artifact, key))
                .unwrap();
            file.file().set_modified(now - age * MARK / 2).unwrap();
        }
        // The oldest is used.
        assert!(cache.get::<Vec<u8>>(Kind::Artifact, "aa-oldest").is_some());
        trim(&cache.folder, 2500);
        let left = |key| cache.file(Kind::Artifact, key).exists();
        assert_eq!(
            [left("aa-oldest"), left("bb-newest"), left("cc-middle")],
            [true, true, false]
        );
    }
}
