//! A handout's files to where students find them. What is generated is refreshed, what students edit stays.
//!
//! Must never: write into a folder that is something else, follow a link, or leave half a file.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fs_err as fs;
use walkdir::WalkDir;

use super::HandoutError;
use super::manifest::MARK;
use super::tree::Tree;
use crate::store;

/// What students edit.
const THEIRS: &str = "src";

/// What the template's manifest is called. It is written first, so that a handout that was broken off is known as one.
const MANIFEST: &str = "Cargo.toml";

/// What is all generated: files that are no longer part of it go.
const GENERATED: [&str; 2] = ["contract", "vendor"];

/// Whether a handout may be written here: where there is nothing, or a handout.
///
/// # Errors
/// When there is something else.
pub fn look(out: &Path) -> Result<(), HandoutError> {
    let Some(metadata) = there(out)? else { return Ok(()) };
    if metadata.is_symlink() {
        return Err(HandoutError::Link(out.to_owned()));
    }
    let is_empty = || fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if metadata.is_dir() && (is_empty() || is_handout(out)) {
        return Ok(());
    }
    Err(HandoutError::Occupied(out.to_owned()))
}

/// Writes a handout, and says which files of the students were kept.
pub(super) fn write(tree: &Tree, out: &Path) -> Result<Vec<PathBuf>, HandoutError> {
    look(out)?;
    for (path, _) in tree.files() {
        refuse_obstacles(out, path)?;
    }
    let first = tree.files().filter(|(path, _)| *path == Path::new(MANIFEST));
    let rest = tree.files().filter(|(path, _)| *path != Path::new(MANIFEST));
    let mut kept = Vec::new();
    for (path, content) in first.chain(rest) {
        let file = out.join(path);
        match there(&file)? {
            Some(metadata) if path.starts_with(THEIRS) => {
                if !(metadata.is_file() && fs::read(&file)? == content) {
                    kept.push(path.to_owned());
                }
            }
            Some(_) | None => {
                fs::create_dir_all(file.parent().unwrap_or(out))?;
                store::replace(&file, content)?;
            }
        }
    }
    remove_old(tree, out)?;
    Ok(kept)
}

fn is_handout(folder: &Path) -> bool {
    let manifest = folder.join(MANIFEST);
    let is_plain = fs::symlink_metadata(&manifest).is_ok_and(|metadata| metadata.is_file());
    is_plain && fs::read(manifest).is_ok_and(|text| text.starts_with(MARK.as_bytes()))
}

/// What a path names itself, a link being a link.
fn there(path: &Path) -> Result<Option<Metadata>, HandoutError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes sure that a file can be written without leaving the folder.
fn refuse_obstacles(out: &Path, path: &Path) -> Result<(), HandoutError> {
    let above: Vec<&Path> = path.ancestors().skip(1).collect();
    for folder in above.into_iter().rev().map(|folder| out.join(folder)) {
        match there(&folder)? {
            None => return Ok(()),
            Some(metadata) if metadata.is_symlink() => return Err(HandoutError::Link(folder)),
            Some(metadata) if !metadata.is_dir() => return Err(HandoutError::InTheWay(folder)),
            Some(_) => {}
        }
    }
    match there(&out.join(path))? {
        Some(metadata) if metadata.is_dir() => Err(HandoutError::InTheWay(out.join(path))),
        Some(_) | None => Ok(()),
    }
}

fn remove_old(tree: &Tree, out: &Path) -> Result<(), HandoutError> {
    for generated in GENERATED.map(|name| out.join(name)) {
        if there(&generated)?.is_none() {
            continue;
        }
        for entry in WalkDir::new(&generated).contents_first(true) {
            let entry = entry.map_err(std::io::Error::from)?;
            let path = entry.path().strip_prefix(out).expect("a walk stays in its folder");
            if entry.file_type().is_dir() {
                // One that holds something stays.
                let _ = fs::remove_dir(entry.path());
            } else if !tree.has(path) {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        tree.add(MANIFEST, MARK);
        files.iter().for_each(|(path, text)| tree.add(*path, *text));
        tree
    }

    fn files(folder: &Path) -> Vec<(String, String)> {
        let entries = WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
        let entries = entries.filter(|entry| entry.file_type().is_file());
        let file = |path: &Path| {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        };
        entries.map(|entry| file(entry.path())).collect()
    }

    #[test]
    fn the_second_time_what_is_generated_is_refreshed_and_what_students_edit_stays() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("new/out");
        let before = [
            ("src/lib.rs", "todo"),
            ("src/same.rs", "1"),
            ("vendor/a/old.rs", "1"),
            ("checks.json", "1"),
        ];
        assert_eq!(write(&tree(&before), &out).unwrap(), [] as [PathBuf; 0]);
        fs::write(out.join("src/lib.rs"), "solved").unwrap();
        fs::write(out.join("src/own.rs"), "own").unwrap();
        let after = [
            ("src/lib.rs", "todo 2"),
            ("src/same.rs", "1"),
            ("vendor/b/new.rs", "2"),
            ("checks.json", "2"),
        ];
        assert_eq!(write(&tree(&after), &out).unwrap(), [PathBuf::from("src/lib.rs")]);
        let wanted = [
            ("Cargo.toml", MARK),
            ("checks.json", "2"),
            ("src/lib.rs", "solved"),
            ("src/own.rs", "own"),
            ("src/same.rs", "1"),
            ("vendor/b/new.rs", "2"),
        ];
        assert_eq!(
            files(&out),
            wanted.map(|(path, text)| (path.to_owned(), text.to_owned()))
        );
        assert!(!out.join("vendor/a").exists());
    }

    #[test]
    fn a_folder_that_is_something_else_stays_as_it_is() {
        for (file, text) in [("notes.txt", "mine"), ("Cargo.toml", "[package]\n"), (".hidden", "")] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(file), text).unwrap();
            let refused = write(&tree(&[]), folder.path());
            assert!(matches!(refused, Err(HandoutError::Occupied(_))), "{file}");
            assert_eq!(files(folder.path()), [(file.to_owned(), text.to_owned())]);
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(look(&file), Err(HandoutError::Occupied(_))));
    }

    #[test]
    fn what_stands_in_the_way_is_found_before_anything_is_written() {
        for (file, wanted) in [("vendor", "vendor/a.rs"), ("checks.json/a", "checks.json")] {
            let folder = tempfile::tempdir().unwrap();
            write(&tree(&[]), folder.path()).unwrap();
            let obstacle = folder.path().join(file);
            fs::create_dir_all(obstacle.parent().unwrap()).unwrap();
            fs::write(&obstacle, "").unwrap();
            let refused = write(&tree(&[("a", ""), (wanted, "")]), folder.path());
            assert!(matches!(refused, Err(HandoutError::InTheWay(_))), "{file}");
            assert!(!folder.path().join("a").exists());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_never_followed() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (out, away) = (folder.path().join("out"), folder.path().join("away"));
        fs::create_dir(&away).unwrap();
        fs::write(away.join("lib.rs"), "away").unwrap();
        write(&tree(&[]), &out).unwrap();
        for name in ["src", "vendor"] {
            symlink(&away, out.join(name)).unwrap();
            let refused = write(&tree(&[("a", ""), (&format!("{name}/lib.rs"), "")]), &out);
            assert!(matches!(refused, Err(HandoutError::Link(_))), "{name}");
            assert!(!out.join("a").exists());
            fs::remove_file(out.join(name)).unwrap();
        }
        symlink(away.join("lib.rs"), out.join("README.md")).unwrap();
        write(&tree(&[("README.md", "new")]), &out).unwrap();
        assert_eq!(fs::read_to_string(away.join("lib.rs")).unwrap(), "away");
        assert_eq!(fs::read_to_string(out.join("README.md")).unwrap(), "new");
        symlink(&out, folder.path().join("link")).unwrap();
        assert!(matches!(look(&folder.path().join("link")), Err(HandoutError::Link(_))));
    }
}
