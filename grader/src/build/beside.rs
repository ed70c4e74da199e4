//! A recipe for sources that build on another one: labelled wrong solutions have the reference at hand.

use std::ffi::OsString;
use std::path::Path;

use blake3::Hasher;
use fs_err as fs;

use super::{CompileError, Recipe};
use crate::cache::{Cache, Kind};
use crate::discover::Source;
use crate::sandbox::Access;

/// Why a source cannot be built on.
#[derive(Debug, thiserror::Error)]
pub enum BesideError {
    /// It does not compile.
    #[error("it does not compile as a library:\n{0}")]
    Rejected(String),
    /// The compiler cannot work.
    #[error(transparent)]
    Compile(#[from] CompileError),
}

impl Recipe {
    /// This recipe for sources that use another one under this name. It is compiled in `folder`, unless that was done
    /// before, and has to stay there as long as the recipe does.
    ///
    /// # Errors
    /// When it does not compile.
    pub fn beside(&self, name: &str, source: &Source, folder: &Path, cache: &Cache) -> Result<Self, BesideError> {
        let folder = std::path::absolute(folder).map_err(CompileError::from)?;
        let out = folder.join("out");
        fs::create_dir_all(&out).map_err(CompileError::from)?;
        let library = out.join(format!("lib{name}.rlib"));
        let recipe = self.with_library(name, source, &library);
        match cache.get::<Vec<u8>>(Kind::Artifact, recipe.key()) {
            Some(bytes) => fs::write(&library, bytes).map_err(CompileError::from)?,
            None => {
                self.as_library(name).compile_library(source, &folder, &library)?;
                cache.put(
                    Kind::Artifact,
                    recipe.key(),
                    &fs::read(&library).map_err(CompileError::from)?,
                );
            }
        }
        Ok(recipe)
    }

    fn compile_library(&self, source: &Source, folder: &Path, to: &Path) -> Result<(), BesideError> {
        source.write(folder).map_err(CompileError::from)?;
        let compiled = self.run_compiler(folder, &folder.join("out"), to, &[])?;
        compiled.artifact().map(drop).map_err(BesideError::Rejected)
    }

    /// This recipe for a library: nothing is exported from it.
    fn as_library(&self, name: &str) -> Self {
        let mut arguments = Vec::with_capacity(self.arguments.len());
        let mut given = self.arguments.iter();
        while let Some(argument) = given.next() {
            match argument.to_str() {
                Some("--crate-name") => drop(given.next()),
                Some("--crate-type=cdylib" | "--cfg=grader_artifact") => {}
                Some(_) | None => arguments.push(argument.clone()),
            }
        }
        arguments.extend(["--crate-type=rlib".into(), format!("--crate-name={name}").into()]);
        Self {
            arguments,
            direct: None,
            ..self.clone()
        }
    }

    /// What is linked to another library is linked by the compiler, which knows what it needs of it.
    fn with_library(&self, name: &str, source: &Source, library: &Path) -> Self {
        let mut named = OsString::from(format!("{name}="));
        named.push(library);
        let mut recipe = self.clone();
        recipe.arguments.extend([OsString::from("--extern"), named]);
        recipe.places.push((Access::Read, library.to_owned()));
        recipe.direct = None;
        let mut key = Hasher::new();
        key.update(self.key.as_bytes())
            .update(name.as_bytes())
            .update(source.hash().as_bytes());
        recipe.key = key.finalize().to_hex().to_string();
        recipe
    }
}
