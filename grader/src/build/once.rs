//! A source to its artifact, made once: the same source is never compiled twice by the same recipe.

use std::path::Path;

use blake3::Hasher;
use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::{CompileError, Compiled, Diagnostic, Recipe};
use crate::cache::{Cache, Kind};
use crate::discover::Source;

/// What became of a source, and whether it had to be compiled.
#[derive(Debug)]
pub struct Built {
    /// What became of it.
    pub compiled: Compiled,
    /// Whether the compiler ran for it.
    pub anew: bool,
}

/// What is kept of a compilation. That the compiler ran out of time or memory is not: it may do better another time.
#[derive(Serialize, Deserialize)]
enum Kept {
    Artifact {
        library: Vec<u8>,
        warnings: Vec<Diagnostic>,
    },
    Rejected(Vec<Diagnostic>),
}

impl Recipe {
    /// Compiles a source to a library in `scratch`, a folder of its own, unless that was done before.
    ///
    /// # Errors
    /// When the compiler cannot do its work through no fault of the source.
    pub fn build(&self, source: &Source, scratch: &Path, cache: &Cache) -> Result<Built, CompileError> {
        let key = self.key_of(source);
        fs::create_dir_all(scratch)?;
        cache.alone(&key, || match cache.get(Kind::Artifact, &key) {
            Some(kept) => Ok(Built {
                compiled: restore(kept, scratch)?,
                anew: false,
            }),
            None => {
                let compiled = self.compile_copy(source, scratch)?;
                if let Some(kept) = keep(&compiled)? {
                    cache.put(Kind::Artifact, &key, &kept);
                }
                Ok(Built { compiled, anew: true })
            }
        })
    }

    fn key_of(&self, source: &Source) -> String {
        let mut hasher = Hasher::new();
        hasher.update(self.key().as_bytes()).update(source.hash().as_bytes());
        hasher.finalize().to_hex().to_string()
    }

    fn compile_copy(&self, source: &Source, scratch: &Path) -> Result<Compiled, CompileError> {
        let out = scratch.join("out");
        fs::create_dir_all(&out)?;
        source.write(scratch)?;
        self.compile(scratch, &out)
    }
}

fn restore(kept: Kept, scratch: &Path) -> Result<Compiled, CompileError> {
    Ok(match kept {
        Kept::Rejected(diagnostics) => Compiled::Rejected(diagnostics),
        Kept::Artifact { library, warnings } => {
            let path = scratch.join("submission.so");
            fs::write(&path, library)?;
            Compiled::Artifact { path, warnings }
        }
    })
}

fn keep(compiled: &Compiled) -> Result<Option<Kept>, CompileError> {
    Ok(match compiled {
        Compiled::Artifact { path, warnings } => Some(Kept::Artifact {
            library: fs::read(path)?,
            warnings: warnings.clone(),
        }),
        Compiled::Rejected(diagnostics) => Some(Kept::Rejected(diagnostics.clone())),
        Compiled::Failed { .. } => None,
    })
}
