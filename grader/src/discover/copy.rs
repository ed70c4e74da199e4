//! A copy of a submission's source to build from: its `src`, of plain files and folders, within caps.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Problem;
use crate::sandbox::system;

/// The most files and folders in a source.
const MAX_ENTRIES: usize = 1000;

/// The most bytes in a source.
const MAX_BYTES: u64 = 16 << 20;

/// How deep folders may lie in each other.
const MAX_DEPTH: usize = 16;

/// Why a source was not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The submission cannot be used.
    #[error("{0}")]
    Unusable(Problem),
    /// The copy cannot be written.
    #[error("cannot copy a submission to {0}: {1}")]
    Write(PathBuf, io::Error),
}

/// What a copy may still hold.
struct Room {
    entries: usize,
    bytes: u64,
}

/// Copies the `src` of a crate's folder into another folder, as `src`. No link is followed.
///
/// # Errors
/// When there is a link, a device or anything else in it that is no plain file, when it is too large, and when the copy
/// cannot be written.
pub fn copy_source(folder: &Path, to: &Path) -> Result<(), CopyError> {
    let mut room = Room {
        entries: MAX_ENTRIES,
        bytes: MAX_BYTES,
    };
    // A folder lists the same through a link as by itself, so that its own kind has to be asked for.
    if fs::symlink_metadata(folder.join("src")).is_ok_and(|metadata| metadata.is_symlink()) {
        return unusable("src is a symbolic link, which is not followed".to_owned());
    }
    copy_folder(
        &folder.join("src"),
        &to.join("src"),
        Path::new("src"),
        MAX_DEPTH,
        &mut room,
    )
}

/// `shown` is the folder's name to the submission's author.
fn copy_folder(from: &Path, to: &Path, shown: &Path, depth: usize, room: &mut Room) -> Result<(), CopyError> {
    let Some(depth) = depth.checked_sub(1) else {
        return unusable(format!("folders more than {MAX_DEPTH} deep"));
    };
    let entries =
        super::list(from).or_else(|error| unusable(format!("{} cannot be read: {error}", shown.display())))?;
    fs::create_dir_all(to).map_err(|error| CopyError::Write(to.to_owned(), error))?;
    for entry in entries {
        let shown = shown.join(&entry.name);
        room.entries = match room.entries.checked_sub(1) {
            Some(entries) => entries,
            None => return unusable(format!("more than {MAX_ENTRIES} files in src")),
        };
        let to = to.join(&entry.name);
        if entry.kind.is_dir() {
            copy_folder(&entry.path, &to, &shown, depth, room)?;
        } else if entry.kind.is_file() {
            copy_file(&entry.path, &to, &shown, room)?;
        } else if entry.kind.is_symlink() {
            return unusable(format!("{} is a symbolic link, which is not followed", shown.display()));
        } else {
            return unusable(format!("{} is neither a file nor a folder", shown.display()));
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path, shown: &Path, room: &mut Room) -> Result<(), CopyError> {
    let source = open_plain(from).or_else(|error| unusable(format!("{} cannot be read: {error}", shown.display())))?;
    let mut copy = File::create_new(to).map_err(|error| CopyError::Write(to.to_owned(), error))?;
    // One byte more than there is room for shows that there is too much, whatever size the file claims to have.
    let copied = io::copy(&mut source.take(room.bytes + 1), &mut copy);
    let copied = copied.map_err(|error| CopyError::Write(to.to_owned(), error))?;
    match room.bytes.checked_sub(copied) {
        Some(bytes) => room.bytes = bytes,
        None => return unusable(format!("more than {} MiB in src", MAX_BYTES >> 20)),
    }
    Ok(())
}

/// Opens a file that may have become something else since it was looked at; neither a link nor a pipe holds us up.
fn open_plain(path: &Path) -> io::Result<File> {
    let file = system::open_itself(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is no plain file"))
    }
}

fn unusable<T>(why: String) -> Result<T, CopyError> {
    Err(CopyError::Unusable(Problem(why)))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A crate's folder with an `src`, and a place for the copy.
    fn folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let (from, to) = (root.path().join("from"), root.path().join("to"));
        fs::create_dir_all(from.join("src")).unwrap();
        (root, from, to)
    }

    fn refusal(from: &Path, to: &Path) -> String {
        match copy_source(from, to) {
            Err(CopyError::Unusable(Problem(why))) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_src_is_copied_with_all_that_is_in_it() {
        let (_root, from, to) = folders();
        fs::create_dir(from.join("src/inner")).unwrap();
        for file in ["src/lib.rs", "src/inner/a.rs", "src/data.bin", "Cargo.toml", "build.rs"] {
            fs::write(from.join(file), file).unwrap();
        }
        copy_source(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("src/inner/a.rs")).unwrap(), "src/inner/a.rs");
        assert_eq!(fs::read_dir(to.join("src")).unwrap().count(), 3);
        assert_eq!(fs::read_dir(&to).unwrap().count(), 1);
    }

    #[test]
    fn links_and_pipes_are_refused() {
        let (_root, from, to) = folders();
        symlink("/etc/passwd", from.join("src/data.txt")).unwrap();
        assert_eq!(
            refusal(&from, &to),
            "src/data.txt is a symbolic link, which is not followed"
        );
        fs::remove_file(from.join("src/data.txt")).unwrap();
        let fifo = std::ffi::CString::new(from.join("src/pipe").into_os_string().into_encoded_bytes()).unwrap();
        // SAFETY: the path is a text that ends with NUL and lives through the call.
        assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
        assert_eq!(refusal(&from, &to), "src/pipe is neither a file nor a folder");
        assert!(open_plain(&from.join("src/pipe")).is_err());
    }

    #[test]
    fn a_link_in_place_of_src_is_refused() {
        let (root, from, to) = folders();
        fs::remove_dir(from.join("src")).unwrap();
        let elsewhere = root.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        symlink(&elsewhere, from.join("src")).unwrap();
        assert_eq!(refusal(&from, &to), "src is a symbolic link, which is not followed");
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let (_root, from, to) = folders();
        let large = File::create(from.join("src/large.rs")).unwrap();
        large.set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(refusal(&from, &to), "more than 16 MiB in src");

        let (_root, from, to) = folders();
        for number in 0..=MAX_ENTRIES {
            File::create(from.join(format!("src/{number}.rs"))).unwrap();
        }
        assert_eq!(refusal(&from, &to), "more than 1000 files in src");

        let (_root, from, to) = folders();
        fs::create_dir_all(from.join("src").join("d/".repeat(MAX_DEPTH))).unwrap();
        assert_eq!(refusal(&from, &to), "folders more than 16 deep");
    }
}
