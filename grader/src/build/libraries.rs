//! The built libraries that submissions are compiled against, kept apart from cargo's folder: another grader that builds
//! the same dependencies anew changes nothing under a running one, and a submission finds nothing else there.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::scratch::{Purpose, Scratch};

/// A folder of libraries, gone with its last owner.
#[derive(Debug)]
pub(super) struct Libraries {
    folder: Scratch,
}

/// One of cargo's messages, of which only those about built files have any.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

impl Libraries {
    /// Gathers below this folder the libraries that cargo says it has built. A name holds a hash of what is in it, so that
    /// two of one name are one.
    pub(super) fn gather(messages: &[u8], cache: &Path) -> io::Result<Self> {
        let folder = Scratch::new(Purpose::Libraries, cache)?;
        for file in messages.split(|byte| *byte == b'\n').flat_map(files) {
            let name = file.file_name().unwrap_or_default();
            keep(&file, &folder.path().join(name))?;
        }
        Ok(Self { folder })
    }

    /// Another folder with the same libraries, below this one.
    pub(super) fn link(from: &Path, cache: &Path) -> io::Result<Self> {
        let folder = Scratch::new(Purpose::Libraries, cache)?;
        for file in std::fs::read_dir(from)? {
            let file = file?.path();
            if is_library(&file) {
                keep(&file, &folder.path().join(file.file_name().unwrap_or_default()))?;
            }
        }
        Ok(Self { folder })
    }

    /// The folder, which nobody owns any more.
    pub(super) fn into_folder(self) -> PathBuf {
        self.folder.keep()
    }

    /// Where they are.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The compiler's flags with cargo's folders replaced by this one.
    pub(super) fn redirect(&self, flags: Vec<OsString>) -> Vec<OsString> {
        let mut redirected = Vec::with_capacity(flags.len() + 2);
        let mut flags = flags.into_iter();
        while let Some(flag) = flags.next() {
            let is_folder = flag == "-L";
            let is_library = flag == "--extern";
            match flags.as_slice().first() {
                Some(value) if is_folder && value.as_encoded_bytes().starts_with(b"dependency=") => drop(flags.next()),
                Some(value) if is_library => {
                    redirected.extend([flag, self.linked(value)]);
                    flags.next();
                }
                Some(_) | None => redirected.push(flag),
            }
        }
        let mut own = OsString::from("dependency=");
        own.push(self.folder());
        redirected.extend(["-L".into(), own]);
        redirected
    }

    /// `name=path`, with a path in this folder if the library is there.
    fn linked(&self, value: &OsStr) -> OsString {
        let bytes = value.as_encoded_bytes();
        let Some(middle) = bytes.iter().position(|byte| *byte == b'=') else {
            return value.to_owned();
        };
        // SAFETY: an `=` is a character of its own, behind which a text may be parted.
        let path = Path::new(unsafe { OsStr::from_encoded_bytes_unchecked(&bytes[middle + 1..]) });
        let own = self.folder().join(path.file_name().unwrap_or_default());
        let path = if own.is_file() { own.as_path() } else { path };
        let mut linked = OsString::from(format!("{}=", String::from_utf8_lossy(&bytes[..middle])));
        linked.push(path);
        linked
    }
}

/// A link costs nothing and keeps the file as it is, since a new one takes its place by its name only. One that is there
/// already may be this very file, and must not be written to.
fn keep(file: &Path, to: &Path) -> io::Result<()> {
    match std::fs::hard_link(file, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(_) => std::fs::copy(file, to).map(drop),
    }
}

/// The libraries in one of cargo's messages.
fn files(message: &[u8]) -> Vec<PathBuf> {
    let files = serde_json::from_slice::<Message>(message).map_or_else(|_| Vec::new(), |message| message.filenames);
    files.into_iter().filter(|file| is_library(file)).collect()
}

fn is_library(file: &Path) -> bool {
    let extension = file.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| ["rlib", "rmeta", "so", "dylib", "dll"].contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_gathered_and_flags_lead_to_them() {
        let cargo = tempfile::tempdir().unwrap();
        let rlib = cargo.path().join("libcontract-0a.rlib");
        std::fs::write(&rlib, "old").unwrap();
        let messages = format!(
            "{{\"reason\":\"compiler-artifact\",\"filenames\":[{rlib:?},\"/no/such/program\"]}}\nwords\n\
             {{\"reason\":\"compiler-artifact\",\"filenames\":[{rlib:?}]}}\n{{\"reason\":\"build-finished\"}}\n"
        );
        let libraries = Libraries::gather(messages.as_bytes(), cargo.path()).unwrap();
        // As a compiler does it: the new file takes the old one's name.
        let new = cargo.path().join("new");
        std::fs::write(&new, "new").unwrap();
        std::fs::rename(&new, &rlib).unwrap();
        let own = libraries.folder().join("libcontract-0a.rlib");
        assert_eq!(std::fs::read_to_string(&own).unwrap(), "old");

        let flags = [
            "-L",
            "dependency=/t",
            "-L",
            "native=/n",
            "--extern",
            &format!("contract={}", rlib.display()),
        ];
        let redirected = libraries.redirect(flags.iter().map(OsString::from).collect());
        let expected = format!(
            "-L native=/n --extern contract={} -L dependency={}",
            own.display(),
            libraries.folder().display()
        );
        assert_eq!(redirected, expected.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn a_library_that_cargo_names_and_is_not_there_is_an_error() {
        let cache = tempfile::tempdir().unwrap();
        let messages = b"{\"filenames\":[\"/no/such/lib.rlib\"]}";
        assert!(Libraries::gather(messages, cache.path()).is_err());
    }
}
