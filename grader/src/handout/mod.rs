//! An assignment -> the folder that students get, which stands alone: the template, the contract, the public checks with the
//! answers that are wanted, and the library that compares them.
//!
//! `package` asks cargo what the template is built from, `selection` which of that takes part, `manifest` writes it down
//! without the workspace, `tree` gathers the files, `place` puts them where they are wanted.
//!
//! Must never: hand out anything but the named files of the template and of the crates that it is built from, so that the
//! reference, its bugs, the spec and the secret seed stay where they are.

mod manifest;
mod package;
mod place;
mod readme;
mod selection;
mod tree;

pub use place::look;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use grader_engine::pack;

use crate::assignment::{Assignment, Origin};
use crate::build::{CargoError, ask_cargo};
use manifest::{Seats, Subject};
use package::Packages;
use selection::{Selection, select};
use tree::Tree;

/// Where the contract is in a handout.
const CONTRACT: &str = "contract";

/// What of the template's folder is handed out.
const OF_TEMPLATE: [&str; 7] = [
    "benches",
    "data",
    "examples",
    "README.md",
    "rust-toolchain.toml",
    "src",
    "tests",
];

/// What of a crate's folder is handed out.
const OF_LIBRARY: [&str; 3] = ["build.rs", "data", "src"];

/// What was handed out.
#[derive(Debug, PartialEq, Eq)]
pub struct HandedOut {
    /// How many files it has.
    pub files: usize,
    /// What students have changed and was left as it is.
    pub kept: Vec<PathBuf>,
}

/// Why there is no handout.
#[derive(Debug, thiserror::Error)]
pub enum HandoutError {
    /// A file cannot be read or written; the message names it.
    #[error(transparent)]
    File(#[from] io::Error),
    /// Cargo does not say what the template is built from.
    #[error(transparent)]
    Cargo(#[from] CargoError),
    /// Cargo says it in other words.
    #[error("the answer of `cargo metadata` cannot be read: {0}")]
    Metadata(String),
    /// A folder that the template is built from has no crate.
    #[error("the template is built from {0}, which is no crate")]
    NoCrate(PathBuf),
    /// A manifest is not in order.
    #[error("the manifest of {name} cannot be read: {why}")]
    Manifest {
        /// The crate.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// A crate comes from where students cannot get it.
    #[error("{of} is built from {name}, which comes from {from}; name one from crates.io, or a folder")]
    Source {
        /// The crate.
        name: String,
        /// What is built from it.
        of: String,
        /// Where it comes from.
        from: String,
    },
    /// What is to be handed out is no plain file.
    #[error("{0} is neither a file nor a folder; put a plain file there")]
    Odd(PathBuf),
    /// The reference is part of what would be handed out.
    #[error("the reference in {0} would be handed out; keep it outside of what the template is built from")]
    Reference(PathBuf),
    /// The template does not use the contract.
    #[error("the template is not built from the contract in {0}; add it to the template's dependencies")]
    NoContract(PathBuf),
    /// The public checks cannot be written down.
    #[error("{0}")]
    Pack(String),
    /// There is something else already.
    #[error("{0} is there and is no handout; name a new folder, or an empty one")]
    Occupied(PathBuf),
    /// A link would have to be followed.
    #[error("{0} is a link, and a handout follows none; remove it")]
    Link(PathBuf),
    /// There is a file where a folder belongs, or a folder where a file does.
    #[error("{0} is in the way of a part of the handout; move it")]
    InTheWay(PathBuf),
}

/// Writes what students get to a folder that is new, empty, or a handout already.
///
/// # Errors
/// When something is not in order; the folder is then as it was, unless it could not be written any more.
pub fn hand_out(assignment: &Assignment, origin: &Origin, out: &Path) -> Result<HandedOut, HandoutError> {
    let packages = Packages::of(&assignment.template)?;
    let selection = select(&packages);
    let contract = fs::canonicalize(assignment.template.join(&origin.contract))?;
    let seats = seats(&packages, &selection, contract)?;
    refuse_reference(&packages.template, &seats, &fs::canonicalize(&origin.reference)?)?;
    let mut tree = Tree::default();
    for (folder, seat) in &seats {
        add_crate(&mut tree, folder, seat, &packages, &selection, &seats)?;
    }
    let conditions = origin.spec.conditions(CONTRACT.to_owned());
    let checks = pack(&assignment.plan, &assignment.answers, &conditions).map_err(HandoutError::Pack)?;
    tree.add("checks.json", checks);
    tree.add("README.md", readme::readme(&assignment.plan));
    tree.add(".gitignore", "/target/\n/result.json\n/junit.xml\n");
    tree.add(".github/workflows/grade.yml", include_str!("../../ci/github.yml"));
    let lock = lock(&tree, &packages.lock, &assignment.scratch.path().join("handout"))?;
    tree.add("Cargo.lock", lock);
    let kept = place::write(&tree, out)?;
    Ok(HandedOut {
        files: tree.files().count(),
        kept,
    })
}

/// The template at the root, the contract beside it, and what they are built from below `vendor`.
fn seats(packages: &Packages, selection: &Selection, contract: PathBuf) -> Result<Seats, HandoutError> {
    if !selection.contains_key(&contract) {
        return Err(HandoutError::NoContract(contract));
    }
    let seat = |folder: &PathBuf| match folder {
        folder if *folder == packages.template => String::new(),
        folder if *folder == contract => CONTRACT.to_owned(),
        folder => format!("vendor/{}", packages.all[folder].name),
    };
    Ok(selection.keys().map(|folder| (folder.clone(), seat(folder))).collect())
}

fn refuse_reference(template: &Path, seats: &Seats, reference: &Path) -> Result<(), HandoutError> {
    let is_inside = |folder: &Path| {
        let names: &[&str] = if folder == template { &OF_TEMPLATE } else { &OF_LIBRARY };
        folder == reference || names.iter().any(|name| reference.starts_with(folder.join(name)))
    };
    if seats.keys().any(|folder| is_inside(folder)) {
        return Err(HandoutError::Reference(reference.to_owned()));
    }
    Ok(())
}

fn add_crate(
    tree: &mut Tree,
    folder: &Path,
    seat: &str,
    packages: &Packages,
    selection: &Selection,
    seats: &BTreeMap<PathBuf, String>,
) -> Result<(), HandoutError> {
    let subject = Subject {
        package: &packages.all[folder],
        selected: &selection[folder],
        seat,
        text: &fs::read_to_string(folder.join("Cargo.toml"))?,
    };
    let (names, manifest) = if folder == packages.template {
        (&OF_TEMPLATE[..], subject.template(seats)?)
    } else {
        (&OF_LIBRARY[..], subject.library(seats)?)
    };
    tree.gather(folder, names, Path::new(seat))?;
    tree.add(Path::new(seat).join("Cargo.toml"), manifest);
    Ok(())
}

/// The versions that the template is built from here, without what takes no part. Found in a folder of its own.
fn lock(tree: &Tree, own: &Path, folder: &Path) -> Result<Vec<u8>, HandoutError> {
    for (path, content) in tree.files() {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, content)?;
    }
    if own.is_file() {
        fs::copy(own, folder.join("Cargo.lock"))?;
    }
    let update = ["update", "--workspace", "--quiet"];
    // Offline first: a machine with everything at hand needs no network.
    if ask_cargo(&[&update[..], &["--offline"]].concat(), folder).is_err() {
        ask_cargo(&update, folder)?;
    }
    Ok(fs::read(folder.join("Cargo.lock"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_would_be_handed_out_is_found() {
        let seats = [("/t", ""), ("/c", CONTRACT)];
        let seats: Seats = seats.map(|(folder, seat)| (folder.into(), seat.into())).into();
        for (reference, refused) in [
            ("/reference", false),
            ("/t/reference", false),
            ("/t", true),
            ("/c", true),
            ("/t/src/reference", true),
            ("/t/tests", true),
            ("/c/src", true),
            ("/c/tests", false),
        ] {
            let found = refuse_reference(Path::new("/t"), &seats, Path::new(reference));
            assert_eq!(found.is_err(), refused, "{reference}");
        }
    }
}
