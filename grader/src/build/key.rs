//! What a compilation makes, apart from its source, as one hash.
//!
//! Takes everything of a recipe that reaches an artifact. What only decides whether there is one (time, isolation, what the
//! compiler may read) stays out.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use blake3::Hasher;

use super::Recipe;
use super::direct::SHARED;

/// The key of a recipe.
pub(super) fn of(recipe: &Recipe) -> io::Result<String> {
    let folder = recipe.libraries.folder();
    let mut parts = Parts(Hasher::new());
    parts.add(recipe.toolchain.as_bytes());
    parts.add(recipe.rustc.as_os_str().as_encoded_bytes());
    parts.list(recipe.arguments.iter().map(|argument| anywhere(argument, folder)));
    let variables = recipe.environment.iter();
    parts.list(variables.map(|(name, value)| [name.as_encoded_bytes(), b"=", &anywhere(value, folder)].concat()));
    parts.list(files(folder)?);
    let linker = recipe
        .direct
        .iter()
        .map(|direct| direct.linker.as_os_str().as_encoded_bytes().to_vec());
    parts.list(linker);
    Ok(parts.0.finalize().to_hex().to_string())
}

/// Parts of a hash that do not run into each other.
struct Parts(Hasher);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_le_bytes()).update(part);
    }

    fn list(&mut self, parts: impl IntoIterator<Item = Vec<u8>>) {
        let parts: Vec<_> = parts.into_iter().collect();
        self.add(&(parts.len() as u64).to_le_bytes());
        parts.iter().for_each(|part| self.add(part));
    }
}

/// A text in which the libraries' folder, whose name differs from run to run, has none.
fn anywhere(text: &OsStr, folder: &Path) -> Vec<u8> {
    let (text, folder) = (text.as_encoded_bytes(), folder.as_os_str().as_encoded_bytes());
    match text.windows(folder.len()).position(|part| part == folder) {
        Some(start) => [&text[..start], &text[start + folder.len()..]].concat(),
        None => text.to_owned(),
    }
}

/// Name and hash of each library, but for the one that is made of the others.
fn files(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == SHARED {
            continue;
        }
        let mut hasher = Hasher::new();
        hasher.update_reader(std::fs::File::open(entry.path())?)?;
        files.push([entry.file_name().as_encoded_bytes(), b"=", hasher.finalize().as_bytes()].concat());
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_folder_has_no_name_in_a_key() {
        for (text, expected) in [
            ("contract=/c/libraries-1/libx.rlib", "contract=/libx.rlib"),
            ("dependency=/c/libraries-1", "dependency="),
            ("native=/n", "native=/n"),
            ("", ""),
        ] {
            let text = anywhere(OsStr::new(text), Path::new("/c/libraries-1"));
            assert_eq!(text, expected.as_bytes());
        }
    }

    #[test]
    fn libraries_count_by_name_and_content_in_any_order() {
        let of = |names: &[(&str, &str)]| {
            let folder = tempfile::tempdir().unwrap();
            for (name, content) in names {
                std::fs::write(folder.path().join(name), content).unwrap();
            }
            files(folder.path()).unwrap()
        };
        let both = of(&[("a", "1"), ("b", "2")]);
        assert_eq!(both, of(&[("b", "2"), (SHARED, "0"), ("a", "1")]));
        for other in [&[("a", "1"), ("b", "3")][..], &[("a", "1"), ("c", "2")], &[("a", "1")]] {
            assert_ne!(both, of(other), "{other:?}");
        }
    }
}
