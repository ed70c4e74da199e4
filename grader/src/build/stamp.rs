//! What a preparation depends on, and whether all of it is still as it was.
//!
//! Takes what cargo said; gives the files that it has used, each with its content, and the programs, with where they were
//! found. Where a dependency cannot be told (a build script that looks around, a file that has just changed), there is no
//! stamp, and cargo is asked again the next time.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use blake3::Hasher;
use serde::{Deserialize, Serialize};

use super::prepare::users_environment;
use super::toolchain::{Toolchain, on_path};
use crate::sandbox::system;

/// Larger files are known by their size and times, not by their content.
const LARGE: u64 = 1 << 20;

/// A file that changed so shortly before cargo started may have changed after it as well: clocks of files are coarse.
const COARSE: Duration = Duration::from_millis(100);

/// Programs that take part.
const PROGRAMS: [&str; 4] = ["rustc", "cargo", "cc", "ld"];

/// What cargo and rustup read in a crate's folder and in those above it.
const SETTINGS: [&str; 6] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config",
    ".cargo/config.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
];

/// Variables that differ from one terminal to the next and mean nothing to a build.
const NOISE: [&str; 9] = [
    "_",
    "COLUMNS",
    "LINES",
    "OLDPWD",
    "PWD",
    "SHLVL",
    "TERM",
    "WINDOWID",
    "XDG_SESSION_ID",
];

/// Everything that a preparation depends on, as it was.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stamps {
    environment: String,
    programs: Vec<(String, Option<PathBuf>)>,
    files: Vec<(PathBuf, String)>,
}

/// One of cargo's messages, as far as it says what was used.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    manifest_path: PathBuf,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    #[serde(default)]
    linked_libs: Vec<String>,
    #[serde(default)]
    linked_paths: Vec<String>,
    #[serde(default)]
    env: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Target {
    src_path: PathBuf,
}

impl Stamps {
    /// Stamps what cargo has used since it started, by its messages. Nothing where that cannot be told.
    pub(super) fn take(
        messages: &[u8],
        template: &Path,
        toolchain: &Toolchain,
        grader: &Path,
        started: SystemTime,
    ) -> Option<Self> {
        let mut files = toolchain.files();
        files.extend([grader.to_owned(), template.join("Cargo.toml")]);
        files.extend(home_settings());
        files.extend(programs().into_iter().filter_map(|(_, program)| program));
        let mut folders = vec![template.to_owned()];
        for message in messages.split(|byte| *byte == b'\n') {
            // Cargo prints other lines too.
            if let Ok(message) = serde_json::from_slice::<Message>(message) {
                files.extend(message.sources()?);
                folders.extend(
                    message
                        .is_local()
                        .then(|| message.manifest_path.parent().map(Path::to_owned))
                        .flatten(),
                );
            }
        }
        let above = folders.iter().flat_map(|folder| folder.ancestors());
        files.extend(above.flat_map(|folder| SETTINGS.map(|name| folder.join(name))));
        files.sort();
        files.dedup();
        let is_settled = |file: &PathBuf| {
            let changed = file.metadata().and_then(|metadata| metadata.modified());
            changed.map_or(true, |changed| changed + COARSE < started)
        };
        if !files.iter().all(is_settled) {
            return None;
        }
        let stamped = files.into_iter().map(|file| Some((stamp(&file).ok()?, file)));
        Some(Self {
            environment: environment(),
            programs: programs(),
            files: stamped
                .map(|pair| pair.map(|(stamp, file)| (file, stamp)))
                .collect::<Option<_>>()?,
        })
    }

    /// Whether all of it is as it was.
    pub(super) fn hold(&self) -> bool {
        let is_same = |(file, old): &(PathBuf, String)| stamp(file).is_ok_and(|new| new == *old);
        self.environment == environment() && self.programs == programs() && self.files.iter().all(is_same)
    }
}

impl Message {
    /// Whether the package is one that can change where it is.
    fn is_local(&self) -> bool {
        self.package_id.starts_with("path+")
    }

    /// The files that a crate was compiled from, those of packages that cannot change aside. Nothing if it may depend on
    /// more than files.
    fn sources(&self) -> Option<Vec<PathBuf>> {
        let Some(target) = &self.target else {
            // A build script has run, or cargo says how it ended.
            let looks_around = !(self.linked_libs.is_empty() && self.linked_paths.is_empty() && self.env.is_empty());
            return (!looks_around && !self.is_local()).then(Vec::new);
        };
        // The template itself is not compiled.
        if !self.is_local() || self.filenames.is_empty() {
            return Some(Vec::new());
        }
        let notes = std::fs::read_to_string(notes_of(self.filenames.first()?)?).ok()?;
        resolve(&listed(&notes), &target.src_path)
    }
}

/// The compiler's notes on what it has read for a library.
fn notes_of(library: &Path) -> Option<PathBuf> {
    let stem = library.file_stem()?.to_str()?;
    Some(library.with_file_name(format!("{}.d", stem.strip_prefix("lib").unwrap_or(stem))))
}

/// The files in such notes: each has a line of its own, with nothing after the colon.
fn listed(notes: &str) -> Vec<PathBuf> {
    let lines = notes.lines().filter_map(|line| line.strip_suffix(':'));
    lines.map(|line| PathBuf::from(line.replace("\\ ", " "))).collect()
}

/// The files from the folder in which the compiler was: the one from which the root's name leads to the root.
fn resolve(files: &[PathBuf], root: &Path) -> Option<Vec<PathBuf>> {
    let own = files.iter().find(|file| root.ends_with(file))?;
    // From anywhere, if it is a whole path.
    let base = root.ancestors().nth(own.components().count()).unwrap_or(root);
    Some(files.iter().map(|file| base.join(file)).collect())
}

/// The user's settings of cargo and rustup.
fn home_settings() -> Vec<PathBuf> {
    let home = |variable: &str, folder: &str| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        named.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(folder)))
    };
    let cargo = home("CARGO_HOME", ".cargo").into_iter();
    let cargo = cargo.flat_map(|folder| ["config", "config.toml"].map(|name| folder.join(name)));
    let rustup = home("RUSTUP_HOME", ".rustup").map(|folder| folder.join("settings.toml"));
    cargo.chain(rustup).collect()
}

fn programs() -> Vec<(String, Option<PathBuf>)> {
    let program = |name: &&str| ((*name).to_owned(), on_path(name));
    PROGRAMS.iter().map(program).collect()
}

fn environment() -> String {
    let is_noise = |name: &OsStr| NOISE.iter().any(|noise| name == *noise);
    let mut variables: Vec<(OsString, OsString)> = users_environment();
    variables.retain(|(name, _)| !is_noise(name));
    variables.sort();
    let mut hasher = Hasher::new();
    for text in variables.iter().flat_map(|(name, value)| [name, value]) {
        hasher.update(text.as_encoded_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex().to_string()
}

/// What a file is like. That it is not there is something, too.
fn stamp(file: &Path) -> io::Result<String> {
    let metadata = match file.metadata() {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Ok("no file".to_owned()),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => {
            return Ok("nothing".to_owned());
        }
        Err(error) => return Err(error),
    };
    if metadata.len() > LARGE {
        return Ok(format!("{} bytes, {}", metadata.len(), system::times(&metadata)?));
    }
    Ok(blake3::hash(&std::fs::read(file)?).to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_crate_are_found_from_where_the_compiler_was() {
        let notes = "/t/libx.rlib: x/src/lib.rs x/src/a\\ b.rs data.txt\n\nx/src/lib.rs:\nx/src/a\\ b.rs:\ndata.txt:\n/abs.rs:\n\n# env-dep:A=b\n";
        let files = resolve(&listed(notes), Path::new("/course/x/src/lib.rs")).unwrap();
        let expected = [
            "/course/x/src/lib.rs",
            "/course/x/src/a b.rs",
            "/course/data.txt",
            "/abs.rs",
        ];
        assert_eq!(files, expected.map(PathBuf::from));
        assert_eq!(resolve(&listed(notes), Path::new("/other/main.rs")), None);
        let whole = ["/x/src/lib.rs", "/x/data.txt"].map(PathBuf::from);
        assert_eq!(resolve(&whole, &whole[0]), Some(whole.to_vec()));
        assert_eq!(notes_of(Path::new("/t/liba_b-0f.rlib")), Some("/t/a_b-0f.d".into()));
    }

    #[test]
    fn a_file_is_known_by_its_content_and_a_large_one_by_its_size_and_times() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let of = |content: &[u8]| {
            std::fs::write(&file, content).unwrap();
            stamp(&file).unwrap()
        };
        let absent = stamp(&file).unwrap();
        let (one, other) = (of(b"one"), of(b"two"));
        assert!(absent != one && one != other && one == of(b"one"));
        let large = of(&vec![0; 2 << 20]);
        assert_eq!(large, stamp(&file).unwrap());
        assert_ne!(large, of(&vec![0; 2 << 20]));
        assert_eq!(stamp(folder.path()).unwrap(), "no file");
    }

    #[test]
    fn a_build_script_that_looks_around_leaves_no_stamp() {
        let sources = |message: &str| serde_json::from_str::<Message>(message).unwrap().sources();
        for (message, known) in [
            (r#"{"reason":"build-finished","success":true}"#, true),
            (
                r#"{"package_id":"registry+x","linked_libs":[],"linked_paths":[],"env":[],"cfgs":["a"]}"#,
                true,
            ),
            (
                r#"{"package_id":"registry+x","linked_libs":["z"],"linked_paths":[],"env":[]}"#,
                false,
            ),
            (
                r#"{"package_id":"registry+x","linked_libs":[],"linked_paths":[],"env":[["A","b"]]}"#,
                false,
            ),
            (
                r#"{"package_id":"path+file:///x","linked_libs":[],"linked_paths":[],"env":[]}"#,
                false,
            ),
            (
                r#"{"package_id":"path+file:///x","target":{"src_path":"/x/src/lib.rs"},"filenames":["/no/libx.rlib"]}"#,
                false,
            ),
        ] {
            assert_eq!(sources(message).is_some(), known, "{message}");
        }
    }
}
