//! Cargo's account of the template and of the crates on this machine that it is built from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::HandoutError;
use crate::build::ask_cargo;

/// A crate, with everything that it inherits written out.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) edition: String,
    pub(super) rust_version: Option<String>,
    pub(super) description: Option<String>,
    pub(super) license: Option<String>,
    pub(super) features: BTreeMap<String, Vec<String>>,
    pub(super) dependencies: Vec<Dependency>,
    manifest_path: PathBuf,
}

/// What a crate says of one that it is built from.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// The versions that will do.
    pub(super) req: String,
    pub(super) kind: Option<Kind>,
    pub(super) rename: Option<String>,
    pub(super) optional: bool,
    pub(super) uses_default_features: bool,
    pub(super) features: Vec<String>,
    /// For which systems, if not for all.
    pub(super) target: Option<String>,
    /// Where it comes from, if not from a folder.
    pub(super) source: Option<String>,
    /// The folder it comes from.
    pub(super) path: Option<PathBuf>,
}

/// What a crate is needed for, where that is not the library itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Dev,
    Build,
}

/// The template and all crates in folders that it may be built from, by their folders.
#[derive(Debug, Clone)]
pub(super) struct Packages {
    pub(super) template: PathBuf,
    pub(super) all: BTreeMap<PathBuf, Package>,
    /// Where the template's `Cargo.lock` is, if there is one.
    pub(super) lock: PathBuf,
}

/// What `cargo metadata` prints.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

impl Dependency {
    /// What the crate itself calls it.
    pub(super) fn called(&self) -> &str {
        self.rename.as_deref().unwrap_or(&self.name)
    }
}

impl Packages {
    pub(super) fn of(template: &Path) -> Result<Self, HandoutError> {
        let template = fs_err::canonicalize(template)?;
        let metadata = metadata(&template)?;
        let lock = metadata.workspace_root.join("Cargo.lock");
        let mut known = by_folder(metadata)?;
        let mut all = BTreeMap::new();
        let mut waiting = BTreeSet::from([template.clone()]);
        while let Some(folder) = waiting.pop_first() {
            if !known.contains_key(&folder) {
                known.extend(by_folder(self::metadata(&folder)?)?);
            }
            let mut package = known
                .remove(&folder)
                .ok_or_else(|| HandoutError::NoCrate(folder.clone()))?;
            package
                .dependencies
                .retain(|dependency| folder == template || dependency.kind != Some(Kind::Dev));
            for path in package.dependencies.iter_mut().filter_map(|one| one.path.as_mut()) {
                *path = fs_err::canonicalize(&*path)?;
                if !all.contains_key(path) && *path != folder {
                    waiting.insert(path.clone());
                }
            }
            all.insert(folder, package);
        }
        Ok(Self { template, all, lock })
    }
}

/// Needs no network: what other crates are like is not asked.
fn metadata(folder: &Path) -> Result<Metadata, HandoutError> {
    let said = ask_cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"], folder)?;
    serde_json::from_str(&said).map_err(|error| HandoutError::Metadata(error.to_string()))
}

fn by_folder(metadata: Metadata) -> Result<BTreeMap<PathBuf, Package>, HandoutError> {
    let packages = metadata.packages.into_iter().map(|package| {
        let folder = package.manifest_path.parent().unwrap_or(Path::new("."));
        Ok((fs_err::canonicalize(folder)?, package))
    });
    packages.collect()
}
