//! The members of one archive: which are let through, where they go, how many there may be.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::{Limits, Wanted, too_large, too_many, wanted, write};
use crate::discover::source::MAX_BYTES;
use crate::discover::{Problem, name};

/// How deep a member may lie.
const MAX_DEPTH: usize = 32;

/// The longest name of a file or folder, in bytes: more, file systems do not take.
const MAX_NAME: usize = 255;

/// What stands between the parts of a name.
const BETWEEN: [char; 2] = ['/', '\\'];

/// What a member is, as far as that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    File,
    Folder,
    /// A link, a device or the like.
    Special,
}

/// What was unpacked so far, and what still may be.
pub(super) struct Members<'a> {
    into: &'a Path,
    limits: &'a Limits,
    count: usize,
    bytes: u64,
    /// Every path and those above it, by how it reads on a system that does not tell capitals.
    taken: HashMap<String, String>,
    left_out: BTreeSet<String>,
}

impl<'a> Members<'a> {
    pub(super) fn new(into: &'a Path, limits: &'a Limits) -> Self {
        Self {
            into,
            limits,
            count: 0,
            bytes: 0,
            taken: HashMap::new(),
            left_out: BTreeSet::new(),
        }
    }

    /// The most there may be.
    pub(super) fn limits(&self) -> &Limits {
        self.limits
    }

    /// The names of what was left out, sorted.
    pub(super) fn left_out(self) -> Vec<String> {
        self.left_out.into_iter().collect()
    }

    /// Lets the next member in: where to, or nothing when it is left out.
    pub(super) fn admit(&mut self, member: &str, what: What) -> Result<Option<PathBuf>, Problem> {
        self.count += 1;
        if self.count > self.limits.members {
            return Err(too_many(self.limits.members));
        }
        let parts = vet(member)?;
        if let Some(litter) = litter(&parts) {
            self.left_out.insert(litter);
            return Ok(None);
        }
        if what == What::Special {
            return Err(refused(member, "is neither a file nor a folder"));
        }
        self.take(&parts, what)?;
        Ok((!parts.is_empty()).then(|| self.into.join(parts.iter().collect::<PathBuf>())))
    }

    /// A folder is made; of a file, what is wanted of it is unpacked.
    pub(super) fn place(&mut self, to: &Path, what: What, content: &mut impl Read) -> Result<(), Problem> {
        let unwritable = |error| Problem(format!("it cannot be unpacked: {error}"));
        if what == What::Folder {
            return fs::create_dir_all(to).map_err(unwritable);
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let room = self.limits.bytes - self.bytes;
        let bytes = match wanted(to.strip_prefix(self.into).unwrap_or(to), self.limits) {
            Wanted::Bytes(bytes) => bytes.min(room + 1),
            Wanted::Name => 0,
        };
        let written = write(content, bytes, to)?;
        if written > MAX_BYTES && self.limits.inner.is_none() {
            return Err(too_large(MAX_BYTES));
        }
        if written > room {
            return Err(too_large(self.limits.bytes));
        }
        self.bytes += written;
        Ok(())
    }

    /// No two members may have one path, also where capitals do not count.
    fn take(&mut self, parts: &[&str], what: What) -> Result<(), Problem> {
        let mut path = String::new();
        for (depth, part) in (1..).zip(parts) {
            path = if path.is_empty() {
                (*part).to_owned()
            } else {
                path + "/" + part
            };
            let is_file = depth == parts.len() && what == What::File;
            match self.taken.insert(path.to_lowercase(), path.clone()) {
                None => {}
                Some(other) if other != path => {
                    return Err(refused(&path, &format!("differs from {other} by capitals only")));
                }
                Some(_) if is_file => return Err(refused(&path, "is there twice")),
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// The parts of a member's name, none of which leads anywhere but down. Some systems write backslashes between them.
fn vet(member: &str) -> Result<Vec<&str>, Problem> {
    let drive = |part: &str| part.as_bytes().get(1) == Some(&b':');
    if member.starts_with(BETWEEN) || drive(member) {
        return Err(refused(member, "is an absolute path"));
    }
    if member.contains('\0') {
        return Err(refused(member, "has a NUL in its name"));
    }
    let parts: Vec<&str> = member
        .split(BETWEEN)
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.contains(&"..") {
        return Err(refused(member, "leads out of the archive"));
    }
    if parts.len() > MAX_DEPTH {
        return Err(refused(member, &format!("lies more than {MAX_DEPTH} folders deep")));
    }
    if parts.iter().any(|part| part.len() > MAX_NAME) {
        return Err(refused(member, "is too long a name"));
    }
    Ok(parts)
}

/// The part of a name that says that this is no work of a student's. In `src`, `target` may be a module.
fn litter(parts: &[&str]) -> Option<String> {
    let src = parts.iter().position(|part| *part == "src").unwrap_or(parts.len());
    let is_litter = |(depth, part): (usize, &&str)| match *part {
        "target" if depth < src && depth + 1 < parts.len() => Some("target/".to_owned()),
        ".git" | "__MACOSX" => Some(format!("{part}/")),
        ".DS_Store" => Some((*part).to_owned()),
        part if part.starts_with("._") => Some("._*".to_owned()),
        _ => None,
    };
    parts.iter().enumerate().find_map(is_litter)
}

fn refused(member: &str, why: &str) -> Problem {
    let parts: Vec<String> = member.split(BETWEEN).map(|part| name::safe(part.as_ref())).collect();
    Problem(format!("the archive is refused: {} {why}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_down_or_is_refused() {
        for (member, expected) in [
            ("src/lib.rs", Ok(vec!["src", "lib.rs"])),
            ("./src//lib.rs", Ok(vec!["src", "lib.rs"])),
            ("src/", Ok(vec!["src"])),
            ("./", Ok(vec![])),
            ("a..b/...", Ok(vec!["a..b", "..."])),
            ("/etc/passwd", Err("/etc/passwd is an absolute path")),
            ("C:/x", Err("C:/x is an absolute path")),
            ("c:x", Err("c:x is an absolute path")),
            ("../x", Err("../x leads out of the archive")),
            ("a/../../x", Err("a/../../x leads out of the archive")),
            ("src\\lib.rs", Ok(vec!["src", "lib.rs"])),
            ("a\\..\\x", Err("a/../x leads out of the archive")),
            ("\\\\server\\x", Err("//server/x is an absolute path")),
            ("C:\\x", Err("C:/x is an absolute path")),
            ("a\0b", Err("a_b has a NUL in its name")),
        ] {
            let vetted = vet(member).map_err(|problem| problem.0);
            let expected = expected.map_err(|why| format!("the archive is refused: {why}"));
            assert_eq!(vetted, expected, "{member:?}");
        }
        assert!(vet(&"d/".repeat(MAX_DEPTH + 1)).is_err());
        assert!(vet(&"x".repeat(MAX_NAME + 1)).is_err());
    }

    #[test]
    fn litter_is_known_by_its_name() {
        for (member, expected) in [
            ("target/debug/x", Some("target/")),
            ("hw1/target/x.rs", Some("target/")),
            ("src/target/mod.rs", None),
            ("target", None),
            ("__MACOSX/._lib.rs", Some("__MACOSX/")),
            ("a/.DS_Store", Some(".DS_Store")),
            ("a/._lib.rs", Some("._*")),
            ("a/.git/config", Some(".git/")),
            ("src/lib.rs", None),
        ] {
            let parts: Vec<&str> = member.split('/').collect();
            assert_eq!(litter(&parts).as_deref(), expected, "{member}");
        }
    }
}
