//! A submission's source: its `src`, of plain files and folders, within caps, as it was when it was read.
//!
//! It is read once, so that what is hashed is what is compiled, whatever becomes of the folder in the meantime.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use blake3::Hasher;

use super::Problem;
use crate::sandbox::system;

/// The most files and folders in a source.
const MAX_ENTRIES: usize = 1000;

/// The most bytes in a source.
pub(super) const MAX_BYTES: u64 = 16 << 20;

/// How deep folders may lie in each other.
const MAX_DEPTH: usize = 16;

/// What is in a crate's `src`.
#[derive(Debug)]
pub struct Source {
    /// Paths from the crate's folder on, `src` and what lies in it, each folder before what is in it.
    entries: Vec<(PathBuf, Content)>,
    /// How many bytes all files together may still have.
    room: u64,
}

#[derive(Debug)]
enum Content {
    Folder,
    File(Vec<u8>),
}

impl Source {
    /// Reads the `src` of a crate's folder. No link is followed.
    ///
    /// # Errors
    /// When there is a link, a device or anything else in it that is no plain file, when it is too large, and when it cannot
    /// be read.
    pub fn read(folder: &Path) -> Result<Self, Problem> {
        let mut source = Self {
            entries: Vec::new(),
            room: MAX_BYTES,
        };
        // A folder lists the same through a link as by itself, so that its own kind has to be asked for.
        if fs::symlink_metadata(folder.join("src")).is_ok_and(|metadata| metadata.is_symlink()) {
            return problem("src is a symbolic link, which is not followed".to_owned());
        }
        source.add_folder(&folder.join("src"), Path::new("src"), MAX_DEPTH)?;
        Ok(source)
    }

    /// Its hash, of names and contents.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = Hasher::new();
        let mut add = |part: &[u8]| {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        };
        for (path, content) in &self.entries {
            match content {
                Content::Folder => {}
                Content::File(bytes) => {
                    add(path.as_os_str().as_encoded_bytes());
                    add(bytes);
                }
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Its files: path from the crate's folder on, and content.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.entries.iter().filter_map(|(path, content)| match content {
            Content::Folder => None,
            Content::File(bytes) => Some((path.as_path(), bytes.as_slice())),
        })
    }

    /// Writes it into a folder, as `src`.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn write(&self, to: &Path) -> io::Result<()> {
        for (path, content) in &self.entries {
            match content {
                Content::Folder => fs_err::create_dir_all(to.join(path))?,
                Content::File(bytes) => fs_err::write(to.join(path), bytes)?,
            }
        }
        Ok(())
    }

    /// `shown` is the folder's name to the submission's author.
    fn add_folder(&mut self, folder: &Path, shown: &Path, depth: usize) -> Result<(), Problem> {
        let Some(depth) = depth.checked_sub(1) else {
            return problem(format!("folders more than {MAX_DEPTH} deep"));
        };
        let entries = super::folder::list(folder).or_else(|error| unreadable(shown, &error))?;
        self.add(shown, Content::Folder)?;
        for entry in entries {
            let shown = shown.join(&entry.name);
            if entry.kind.is_dir() {
                self.add_folder(&entry.path, &shown, depth)?;
            } else if entry.kind.is_file() {
                let bytes = self.read_file(&entry.path, &shown)?;
                self.add(&shown, Content::File(bytes))?;
            } else if entry.kind.is_symlink() {
                return problem(format!("{} is a symbolic link, which is not followed", shown.display()));
            } else {
                return problem(format!("{} is neither a file nor a folder", shown.display()));
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, content: Content) -> Result<(), Problem> {
        // `src` itself does not count.
        if self.entries.len() > MAX_ENTRIES {
            return problem(format!("more than {MAX_ENTRIES} files in src"));
        }
        self.entries.push((path.to_owned(), content));
        Ok(())
    }

    fn read_file(&mut self, file: &Path, shown: &Path) -> Result<Vec<u8>, Problem> {
        let file = open_plain(file).or_else(|error| unreadable(shown, &error))?;
        let mut bytes = Vec::new();
        // One byte more than there is room for shows that there is too much, whatever size the file claims to have.
        let read = file.take(self.room + 1).read_to_end(&mut bytes);
        let read = read.or_else(|error| unreadable(shown, &error))?;
        match self.room.checked_sub(read as u64) {
            Some(room) => self.room = room,
            None => return problem(format!("more than {} MiB in src", MAX_BYTES >> 20)),
        }
        Ok(bytes)
    }
}

/// Opens a file that may have become something else since it was looked at; neither a link nor a pipe holds us up.
pub(super) fn open_plain(path: &Path) -> io::Result<File> {
    let file = system::open_itself(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is no plain file"))
    }
}

fn unreadable<T>(shown: &Path, error: &io::Error) -> Result<T, Problem> {
    problem(format!("{} cannot be read: {error}", shown.display()))
}

fn problem<T>(why: String) -> Result<T, Problem> {
    Err(Problem(why))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A crate's folder with an `src`.
    fn folder() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let from = root.path().join("from");
        fs::create_dir_all(from.join("src")).unwrap();
        (root, from)
    }

    fn refusal(from: &Path) -> String {
        Source::read(from).unwrap_err().0
    }

    #[test]
    fn only_src_is_written_with_all_that_is_in_it() {
        let (root, from) = folder();
        fs::create_dir(from.join("src/inner")).unwrap();
        for file in ["src/lib.rs", "src/inner/a.rs", "src/data.bin", "Cargo.toml", "build.rs"] {
            fs::write(from.join(file), file).unwrap();
        }
        let to = root.path().join("to");
        Source::read(&from).unwrap().write(&to).unwrap();
        assert_eq!(fs::read_to_string(to.join("src/inner/a.rs")).unwrap(), "src/inner/a.rs");
        assert_eq!(fs::read_dir(to.join("src")).unwrap().count(), 3);
        assert_eq!(fs::read_dir(&to).unwrap().count(), 1);
    }

    #[test]
    fn names_and_contents_make_the_hash_and_nothing_else_does() {
        let hash = |files: &[(&str, &str)]| {
            let (_root, from) = folder();
            for (name, text) in files {
                fs::write(from.join(name), text).unwrap();
            }
            Source::read(&from).unwrap().hash()
        };
        let one = hash(&[("src/lib.rs", "a"), ("src/b.rs", "c")]);
        assert_eq!(
            hash(&[("src/b.rs", "c"), ("src/lib.rs", "a"), ("Cargo.toml", "x")]),
            one
        );
        for other in [
            hash(&[("src/lib.rs", "ab"), ("src/b.rs", "c")]),
            hash(&[("src/lib.rs", "c"), ("src/b.rs", "a")]),
            hash(&[("src/lib.rs", "a"), ("src/c.rs", "c")]),
            hash(&[("src/lib.rs", "a")]),
        ] {
            assert_ne!(other, one);
        }
    }

    #[test]
    fn links_and_pipes_are_refused() {
        let (_root, from) = folder();
        symlink("/etc/passwd", from.join("src/data.txt")).unwrap();
        assert_eq!(refusal(&from), "src/data.txt is a symbolic link, which is not followed");
        fs::remove_file(from.join("src/data.txt")).unwrap();
        let fifo = std::ffi::CString::new(from.join("src/pipe").into_os_string().into_encoded_bytes()).unwrap();
        // SAFETY: the path is a text that ends with NUL and lives through the call.
        assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
        assert_eq!(refusal(&from), "src/pipe is neither a file nor a folder");
        assert!(open_plain(&from.join("src/pipe")).is_err());
    }

    #[test]
    fn a_link_in_place_of_src_is_refused() {
        let (root, from) = folder();
        fs::remove_dir(from.join("src")).unwrap();
        let elsewhere = root.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        symlink(&elsewhere, from.join("src")).unwrap();
        assert_eq!(refusal(&from), "src is a symbolic link, which is not followed");
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let (_root, from) = folder();
        let large = File::create(from.join("src/large.rs")).unwrap();
        large.set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(refusal(&from), "more than 16 MiB in src");

        let (_root, from) = folder();
        for number in 0..=MAX_ENTRIES {
            File::create(from.join(format!("src/{number}.rs"))).unwrap();
        }
        assert_eq!(refusal(&from), "more than 1000 files in src");

        let (_root, from) = folder();
        fs::create_dir_all(from.join("src").join("d/".repeat(MAX_DEPTH))).unwrap();
        assert_eq!(refusal(&from), "folders more than 16 deep");
    }
}
