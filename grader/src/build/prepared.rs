//! A preparation that is kept: while nothing has changed that it depends on, cargo need not run.
//!
//! It is a folder with the libraries and what is known about them. It is written aside and takes its place in one step; who
//! reads it makes links to its libraries, so that it can be replaced or deleted at any time.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blake3::Hasher;
use serde::{Deserialize, Serialize};

use super::direct::Direct;
use super::libraries::Libraries;
use super::stamp::Stamps;
use super::{Options, Recipe};
use crate::sandbox::Access;

/// What is known, beside the libraries.
const FILE: &str = "recipe.json";

/// A recipe as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    stamps: Stamps,
    rustc: PathBuf,
    toolchain: String,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    places: Vec<(String, PathBuf)>,
    direct: Option<KeptDirect>,
    key: String,
    /// Where the libraries were: all of the above may speak of it.
    libraries: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct KeptDirect {
    linker: PathBuf,
    places: Vec<(String, PathBuf)>,
    shared: Vec<PathBuf>,
    system: Vec<PathBuf>,
}

/// Where a template's preparation is kept in the cache.
pub(super) fn place(template: &Path, cache: &Path, options: &Options) -> PathBuf {
    let mut hasher = Hasher::new();
    let template = template.canonicalize().unwrap_or(template.to_owned());
    let settings = format!(
        "{} {:?} {:?}",
        options.opt_level, options.unsafe_code, options.isolation
    );
    for part in [
        template.as_os_str().as_encoded_bytes(),
        options.contract.as_os_str().as_encoded_bytes(),
        settings.as_bytes(),
    ] {
        hasher.update(part).update(&[0]);
    }
    cache.join("prepared").join(&hasher.finalize().to_hex()[..16])
}

/// The recipe that is kept in this place, if it still holds.
pub(super) fn load(place: &Path, cache: &Path, options: &Options) -> Option<Recipe> {
    let kept: Kept = serde_json::from_slice(&std::fs::read(place.join(FILE)).ok()?).ok()?;
    if !kept.stamps.hold() {
        return None;
    }
    let libraries = Libraries::link(place, cache).ok()?;
    let (from, to) = (kept.libraries.as_path(), libraries.folder());
    let text = |text: &OsString| moved(text, from, to);
    let path = |path: &PathBuf| PathBuf::from(moved(path.as_os_str(), from, to));
    let places = |places: &[(String, PathBuf)]| {
        let place = |(access, place): &(String, PathBuf)| Some((Access::from_name(access)?, path(place)));
        places.iter().map(place).collect::<Option<Vec<_>>>()
    };
    let direct = match &kept.direct {
        None => None,
        Some(direct) => {
            let shared = direct.shared.iter().map(path).collect();
            let places = places(&direct.places)?;
            Some(Arc::new(Direct::new(
                direct.linker.clone(),
                places,
                shared,
                direct.system.clone(),
            )))
        }
    };
    Some(Recipe {
        rustc: kept.rustc.clone(),
        toolchain: kept.toolchain.clone(),
        arguments: kept.arguments.iter().map(text).collect(),
        environment: kept
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        places: places(&kept.places)?,
        direct,
        key: kept.key.clone(),
        libraries: Arc::new(libraries),
        options: options.clone(),
    })
}

/// Keeps a recipe in this place, in which another may be.
///
/// # Errors
/// When the cache cannot be written; the recipe is good all the same.
pub(super) fn save(recipe: &Recipe, stamps: Stamps, place: &Path, cache: &Path) -> io::Result<()> {
    let named = |places: &[(Access, PathBuf)]| {
        let place = |(access, place): &(Access, PathBuf)| (access.name().to_owned(), place.clone());
        places.iter().map(place).collect()
    };
    let direct = recipe.direct.as_ref().map(|direct| KeptDirect {
        linker: direct.linker.clone(),
        places: named(&direct.places),
        shared: direct.shared.clone(),
        system: direct.system.clone(),
    });
    let kept = Kept {
        stamps,
        rustc: recipe.rustc.clone(),
        toolchain: recipe.toolchain.clone(),
        arguments: recipe.arguments.clone(),
        environment: recipe.environment.clone(),
        places: named(&recipe.places),
        direct,
        key: recipe.key.clone(),
        libraries: recipe.libraries.folder().to_owned(),
    };
    let new = Libraries::link(recipe.libraries.folder(), cache)?;
    std::fs::write(new.folder().join(FILE), serde_json::to_vec(&kept)?)?;
    std::fs::create_dir_all(place.parent().unwrap_or(cache))?;
    // What is there cannot be replaced, only moved away. Whoever comes in between finds nothing, and does the work.
    let old = tempfile::tempdir_in(cache)?;
    let _ = std::fs::rename(place, old.path().join("prepared"));
    settle(&new.into_folder(), place)
}

/// Moves a folder to its place. Where another grader came in between, what it kept is as good, and this one goes.
fn settle(new: &Path, place: &Path) -> io::Result<()> {
    match std::fs::rename(new, place) {
        Err(error) if matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists) => {
            std::fs::remove_dir_all(new)
        }
        moved => moved,
    }
}

/// A text that spoke of one folder, and speaks of another.
fn moved(text: &OsStr, from: &Path, to: &Path) -> OsString {
    let (text, from, to) = (
        text.as_encoded_bytes(),
        from.as_os_str().as_encoded_bytes(),
        to.as_os_str().as_encoded_bytes(),
    );
    // SAFETY: texts are parted before and behind a path that is whole in them.
    let owned = |bytes: Vec<u8>| unsafe { OsString::from_encoded_bytes_unchecked(bytes) };
    match text.windows(from.len()).position(|part| part == from) {
        None => owned(text.to_vec()),
        Some(start) => owned([&text[..start], to, &text[start + from.len()..]].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_grader_has_kept_in_between_stays() {
        let cache = tempfile::tempdir().unwrap();
        let [new, place] = ["new", "place"].map(|name| cache.path().join(name));
        for (text, kept) in [("first", "first"), ("second", "first")] {
            std::fs::create_dir(&new).unwrap();
            std::fs::write(new.join(FILE), text).unwrap();
            settle(&new, &place).unwrap();
            assert!(!new.exists());
            assert_eq!(std::fs::read_to_string(place.join(FILE)).unwrap(), kept);
        }
    }

    #[test]
    fn a_text_moves_with_the_folder_that_it_speaks_of() {
        for (text, expected) in [
            ("contract=/c/a/libx.rlib", "contract=/d/libx.rlib"),
            ("dependency=/c/a", "dependency=/d"),
            ("/c/b", "/c/b"),
            ("", ""),
        ] {
            assert_eq!(moved(OsStr::new(text), Path::new("/c/a"), Path::new("/d")), expected);
        }
    }
}
