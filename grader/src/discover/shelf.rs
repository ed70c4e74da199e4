//! Where archives are unpacked and loose files become crates. It is gone with the class.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;

use super::Problem;
use super::source::{MAX_BYTES, open_plain};

/// A temporary folder of folders.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: TempDir,
    places: usize,
}

impl Shelf {
    pub(super) fn new() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("grader-").tempdir()?;
        Ok(Self { folder, places: 0 })
    }

    /// A new empty folder.
    pub(super) fn place(&mut self) -> Result<PathBuf, Problem> {
        let place = self.folder.path().join(self.places.to_string());
        self.places += 1;
        fs::create_dir(&place).map_err(|error| unwritable(&error))?;
        Ok(place)
    }

    /// A new crate with these files in its `src`, each under the path that is given with it.
    pub(super) fn lay_out<'a>(
        &mut self,
        files: impl Iterator<Item = (&'a Path, &'a Path)>,
    ) -> Result<PathBuf, Problem> {
        let place = self.place()?;
        for (path, from) in files {
            copy(from, &place.join("src").join(path))?;
        }
        Ok(place)
    }
}

/// Copies a file, but not much more of it than a source may have: it is refused later, as all that are too large.
fn copy(from: &Path, to: &Path) -> Result<(), Problem> {
    let name = from.file_name().unwrap_or_default().display();
    let unreadable = |error| Problem(format!("{name} cannot be read: {error}"));
    let mut bytes = Vec::new();
    let file = open_plain(from).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| unwritable(&error))?;
    }
    fs::write(to, bytes).map_err(|error| unwritable(&error))
}

fn unwritable(error: &io::Error) -> Problem {
    Problem(format!("it cannot be laid out to be graded: {error}"))
}
