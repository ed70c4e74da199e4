//! One submission's source to one library, by one `rustc`.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::Recipe;
use super::cell::{LARGEST_FILE, MEMORY, NOT_CONFINED, Orders};
use super::diagnostic::{self, Diagnostic, Level};
use super::direct::{self, Direct};
use crate::sandbox::{Access, Ending, Finished, Job, Limit, Limits, run, system};

/// What became of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compiled {
    /// A library.
    Artifact {
        /// Its file.
        path: PathBuf,
        /// What the compiler remarked.
        warnings: Vec<Diagnostic>,
    },
    /// The source has errors, of which there is at least one here.
    Rejected(Vec<Diagnostic>),
    /// The compiler itself did not survive the source.
    Failed {
        /// As a fragment: "the compiler used up its 60 s of CPU time".
        why: String,
    },
}

impl Compiled {
    /// The library, or in its stead what the compiler says.
    ///
    /// # Errors
    /// When there is no library.
    pub fn artifact(self) -> Result<PathBuf, String> {
        match self {
            Self::Artifact { path, .. } => Ok(path),
            Self::Rejected(diagnostics) => Err(diagnostics.into_iter().map(|diagnostic| diagnostic.rendered).collect()),
            Self::Failed { why } => Err(why),
        }
    }
}

/// Why a source could not be compiled through no fault of its own.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The compiler does not start.
    #[error("cannot run the compiler {rustc}: {source}")]
    Start {
        /// The compiler.
        rustc: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The compiler lacks something that the machine should have.
    #[error("the compiler cannot work on this machine: {0}")]
    Machine(String),
    /// A copy of the source or of the artifact cannot be written or read; the message names it.
    #[error("cannot copy a submission: {0}")]
    File(#[from] io::Error),
}

/// What a library is called.
const ARTIFACT: &str = "submission.so";

/// Bytes of the compiler's messages that are read.
const KEEP: usize = 1 << 20;

/// What a Rust program says when it gets no memory, the compiler too.
const OUT_OF_MEMORY: &str = "memory allocation of ";

/// What the system calls a full disk.
const NO_SPACE: &str = "No space left on device";

/// What compilers and linkers call it when they cannot write.
const CANNOT_WRITE: [&str; 5] = [
    "IO failure on output stream",
    "failed to open",
    "failed to write",
    "cannot open output file",
    "final link failed",
];

impl Recipe {
    /// Compiles the crate in `source`, a copy that holds `src/lib.rs`, to a library in `out`, a folder of its own.
    ///
    /// # Errors
    /// When the compiler cannot do its work through no fault of the source.
    pub fn compile(&self, source: &Path, out: &Path) -> Result<Compiled, CompileError> {
        let absolute = |path| std::path::absolute(path).map_err(|error| self.does_not_start(error));
        let (source, out) = (absolute(source)?, absolute(out)?);
        if let Some(direct) = &self.direct
            && let Some(compiled) = self.compile_directly(direct, &source, &out)?
        {
            return Ok(compiled);
        }
        self.run_compiler(&source, &out, &out.join(ARTIFACT), &[])
    }

    /// Compiles to an object file and makes a library of that. Nothing if the library would not do. Both are absolute.
    pub(super) fn compile_directly(
        &self,
        direct: &Direct,
        source: &Path,
        out: &Path,
    ) -> Result<Option<Compiled>, CompileError> {
        let compiled = self.run_compiler(source, out, &out.join("submission.o"), &direct::FLAGS)?;
        let Compiled::Artifact { path, warnings } = compiled else {
            return Ok(Some(compiled));
        };
        let linked = self.link(direct, &path, out)?;
        Ok(linked.map(|path| Compiled::Artifact { path, warnings }))
    }

    pub(super) fn run_compiler(
        &self,
        source: &Path,
        out: &Path,
        to: &Path,
        flags: &[&str],
    ) -> Result<Compiled, CompileError> {
        let finished = run(&self.job(source, out, to, flags), &self.limits());
        let finished = finished.map_err(|error| self.does_not_start(error))?;
        let toolchain = self.rustc.ancestors().nth(2).unwrap_or(&self.rustc);
        let names = [
            (source, ""),
            (&self.options.contract, "contract/"),
            (toolchain, "<toolchain>/"),
        ];
        self.judge(&finished, to.to_owned(), &names)
    }

    /// Makes a library of an object file. Nothing if it would not do.
    fn link(&self, direct: &Direct, object: &Path, out: &Path) -> Result<Option<PathBuf>, CompileError> {
        let artifact = out.join(ARTIFACT);
        let mut places = direct.places.clone();
        places.push((Access::Write, out.to_owned()));
        let mut arguments = self.orders(places).arguments();
        arguments.push(direct.linker.clone().into());
        arguments.extend(Direct::arguments(object, &artifact));
        let job = Job {
            program: self.options.grader.clone(),
            arguments,
            environment: vec![("TMPDIR".into(), out.into())],
            folder: out.to_owned(),
        };
        let finished = run(&job, &self.limits()).map_err(|error| self.does_not_start(error))?;
        let is_linked = finished.ending == Ok(Ending::Exited(0)) && is_plain_file(&artifact);
        if is_linked && direct.is_complete(&artifact) {
            make_readable(&artifact)?;
            Ok(Some(artifact))
        } else {
            Ok(None)
        }
    }

    fn limits(&self) -> Limits {
        Limits {
            cpu: self.options.limit,
            keep: KEEP,
        }
    }

    fn does_not_start(&self, source: io::Error) -> CompileError {
        CompileError::Start {
            rustc: self.rustc.clone(),
            source,
        }
    }

    /// The compiler with nothing to compile.
    pub(super) fn trial(&self) -> Job {
        let mut arguments = self.orders(self.places.clone()).arguments();
        arguments.extend([self.rustc.clone().into(), "--version".into()]);
        Job {
            program: self.options.grader.clone(),
            arguments,
            environment: self.environment.clone(),
            folder: "/".into(),
        }
    }

    fn job(&self, source: &Path, out: &Path, to: &Path, flags: &[&str]) -> Job {
        let mut places = self.places.clone();
        places.push((Access::Read, source.join("src")));
        places.push((Access::Write, out.to_owned()));
        let mut arguments = self.orders(places).arguments();
        arguments.push(self.rustc.clone().into());
        arguments.extend_from_slice(&self.arguments);
        arguments.extend(flags.iter().map(OsString::from));
        arguments.extend([OsString::from("-o"), to.into(), "src/lib.rs".into()]);
        let mut environment = self.environment.clone();
        environment.push(("TMPDIR".into(), out.into()));
        // To a source that asks where it is, it is where its copy is.
        environment.push(("CARGO_MANIFEST_DIR".into(), source.into()));
        Job {
            program: self.options.grader.clone(),
            arguments,
            environment,
            folder: source.to_owned(),
        }
    }

    fn orders(&self, places: Vec<(Access, PathBuf)>) -> Orders {
        Orders {
            parent: std::process::id(),
            // Well behind our own limit, for a compiler that has lost its grader.
            cpu: self.options.limit.as_secs().saturating_mul(2).saturating_add(1),
            isolation: self.options.isolation,
            places,
        }
    }

    /// `names` are folders and what they are called in what the author of the source reads.
    fn judge(&self, finished: &Finished, artifact: PathBuf, names: &[(&Path, &str)]) -> Result<Compiled, CompileError> {
        let (errors, warnings): (Vec<_>, Vec<_>) = diagnostic::read(finished.stderr.head(), names)
            .into_iter()
            .partition(|diagnostic| diagnostic.level == Level::Error);
        let failed = |what: &str| {
            let why = format!("the compiler {what}");
            Ok(Compiled::Failed { why })
        };
        let no_space = || Err(CompileError::Machine(NO_SPACE.to_owned()));
        let limit = self.options.limit.as_secs_f64();
        match finished.ending {
            Err(Limit::Cpu) => failed(&format!("used up its {limit} s of CPU time")),
            Err(Limit::Wall) => failed(&format!("did not come to an end, with {limit} s of CPU time to use")),
            Err(Limit::Output) => failed("said more than anyone will read"),
            Ok(Ending::Signalled(system::SIGXFSZ)) => {
                failed(&format!("wrote a file of more than {} MiB", LARGEST_FILE >> 20))
            }
            Ok(Ending::Signalled(system::SIGABRT)) if finished.stderr.tail().contains(OUT_OF_MEMORY) => {
                failed(&format!("used up its {} GiB of memory", MEMORY >> 30))
            }
            Ok(Ending::Signalled(system::SIGBUS)) => no_space(),
            Ok(Ending::Signalled(signal)) => failed(&format!("crashed with signal {signal}")),
            Ok(Ending::Exited(NOT_CONFINED)) => Err(CompileError::Machine(finished.stderr.tail().trim().to_owned())),
            Ok(Ending::Exited(0)) if is_plain_file(&artifact) => {
                make_readable(&artifact)?;
                Ok(Compiled::Artifact {
                    path: artifact,
                    warnings,
                })
            }
            Ok(Ending::Exited(0)) => Err(CompileError::Machine("it made no library".to_owned())),
            Ok(Ending::Exited(_)) => match errors.iter().find(|error| is_of_the_machine(error)) {
                Some(error) => Err(CompileError::Machine(error.message.clone())),
                None if errors.is_empty() && says_no_space(&finished.stderr.tail()) => no_space(),
                None if errors.is_empty() => failed(&format!("gave up:\n{}", finished.stderr.tail())),
                None => Ok(Compiled::Rejected(errors)),
            },
        }
    }
}

/// Whether an error is about the machine. Whatever a source can provoke, `compile_error!` included, has a place in it.
fn is_of_the_machine(error: &Diagnostic) -> bool {
    let no_linker = error.message.starts_with("linker `") && error.message.ends_with("` not found");
    let no_space = error.message.contains(NO_SPACE);
    // Who writes to a mapped file for which there is no room gets this signal.
    let linking = error.message.starts_with("linking with `");
    let no_space = no_space || linking && (error.message.ends_with("(SIGBUS)") || says_no_space(&error.rendered));
    error.place.is_none() && (no_linker || no_space)
}

fn make_readable(artifact: &Path) -> Result<(), CompileError> {
    system::open_to_all(artifact).map_err(|error| CompileError::Machine(error.to_string()))
}

/// Whether one of these lines says that a file could not be written. The names of libraries and symbols, which a source
/// chooses, stand in lines of another kind.
fn says_no_space(rendered: &str) -> bool {
    let mut lines = rendered.lines().filter(|line| line.ends_with(NO_SPACE));
    lines.any(|line| CANNOT_WRITE.iter().any(|what| line.contains(what)))
}

/// The folder is one that a source's compiler could write to.
fn is_plain_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::Place;
    use super::*;

    #[test]
    fn a_machine_that_fails_is_told_from_a_source_that_does() {
        let linking = "linking with `/r/rust-lld` failed: exit status: 1";
        let place = Some(Place {
            file: "src/lib.rs".to_owned(),
            line: 1,
            column: 1,
        });
        for (message, note, place, of_the_machine) in [
            ("linker `cc` not found", "", None, true),
            ("linker `cc` not found", "", place.clone(), false),
            (
                "failed to write /o/a.rmeta: No space left on device (os error 28)",
                "",
                None,
                true,
            ),
            (
                linking,
                "LLVM ERROR: IO failure on output stream: No space left on device",
                None,
                true,
            ),
            (
                linking,
                "rust-lld: error: failed to open /o/submission.so: No space left on device",
                None,
                true,
            ),
            (
                linking,
                "/usr/bin/ld: final link failed: No space left on device",
                None,
                true,
            ),
            ("linking with `/r/rust-lld` failed: signal: 7 (SIGBUS)", "", None, true),
            (
                "linking with `/r/rust-lld` failed: signal: 11 (SIGSEGV)",
                "",
                None,
                false,
            ),
            (linking, "rust-lld: error: undefined symbol: f", None, false),
            (
                linking,
                "rust-lld: error: unable to find library -lNo space left on device",
                None,
                false,
            ),
            (
                linking,
                "LLVM ERROR: IO failure on output stream: No space left on device",
                place,
                false,
            ),
        ] {
            let error = Diagnostic {
                level: Level::Error,
                message: message.to_owned(),
                code: None,
                place,
                rendered: format!(
                    "error: {message}\n  = note:  \"/r/rust-lld\" \"-o\" \"a.so\"\n  = note: {note}\n          \n"
                ),
            };
            assert_eq!(is_of_the_machine(&error), of_the_machine, "{message}: {note}");
        }
    }
}
