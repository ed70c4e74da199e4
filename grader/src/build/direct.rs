//! Artifacts without the compiler's own link, which costs a fifth of a compilation: the compiler stops at an object file,
//! and the system's `ld` makes a library of it.
//!
//! What such a library needs of the standard library, the contract and all that they depend on, it finds in two shared
//! libraries that its worker has loaded before. Only safe code is linked this way: it can name neither a symbol nor a
//! library by itself. A library that lacks a symbol all the same is not used, and the compiler makes it the long way.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use object::read::elf::{ElfFile64, ElfSymbol64};
use object::{Endianness, Object, ObjectSymbol};

use super::prepare::LIMITS;
use super::toolchain::{Linker, Toolchain, on_path};
use crate::sandbox::{Access, Ending, Job, run};

/// What has the compiler stop at an object file that leaves the standard library's symbols to a shared one.
pub(super) const FLAGS: [&str; 2] = ["-Cprefer-dynamic", "--emit=obj"];

/// The shared library of all that submissions depend on.
pub(super) const SHARED: &str = "libgrader_shared.so";

/// What makes a library of an object file.
#[derive(Debug)]
pub(super) struct Direct {
    /// The system's `ld`.
    pub(super) linker: PathBuf,
    /// What it runs with.
    pub(super) places: Vec<(Access, PathBuf)>,
    /// The libraries that a worker loads before, in this order.
    pub(super) shared: Vec<PathBuf>,
    /// Libraries that every worker has.
    pub(super) system: Vec<PathBuf>,
    /// The symbols of all these libraries, once they are needed; none if one cannot be read.
    offered: OnceLock<HashSet<Vec<u8>>>,
}

impl Direct {
    /// What links safe submissions to these libraries in this folder, and makes the shared library there. Nothing if this
    /// machine lacks something.
    pub(super) fn make(toolchain: &Toolchain, flags: &[OsString], libraries: &Path) -> io::Result<Option<Self>> {
        let Linker::Own { folders, .. } = &toolchain.linker else {
            return Ok(None);
        };
        let (Some(linker), Some(standard)) = (on_path("ld"), toolchain.standard_library()) else {
            return Ok(None);
        };
        let shared = libraries.join(SHARED);
        if !make_shared(toolchain, flags, libraries, &shared)? {
            return Ok(None);
        }
        let system = ["libc.so.6", "libm.so.6", "libgcc_s.so.1"].map(|name| {
            let mut places = folders.iter().map(|folder| folder.join(name));
            places.find(|place| place.is_file())
        });
        let run = [&linker].into_iter().chain(folders.first());
        let mut places: Vec<_> = run.map(|place| (Access::Run, place.clone())).collect();
        places.extend(folders.iter().skip(1).map(|place| (Access::Read, place.clone())));
        let system = system.into_iter().flatten().collect();
        Ok(Some(Self::new(linker, places, vec![standard, shared], system)))
    }

    pub(super) fn new(
        linker: PathBuf,
        places: Vec<(Access, PathBuf)>,
        shared: Vec<PathBuf>,
        system: Vec<PathBuf>,
    ) -> Self {
        Self {
            linker,
            places,
            shared,
            system,
            offered: OnceLock::new(),
        }
    }

    /// The linker's arguments.
    pub(super) fn arguments(object: &Path, artifact: &Path) -> Vec<OsString> {
        // Without the second, nothing can unwind through the library.
        let flags = [
            "-shared",
            "--eh-frame-hdr",
            "-znow",
            "-zrelro",
            "-znoexecstack",
            "-S",
            "-o",
        ];
        let mut arguments: Vec<OsString> = flags.map(OsString::from).into();
        arguments.extend([artifact.into(), object.into()]);
        arguments
    }

    /// Whether a library needs nothing that its worker will not have.
    pub(super) fn is_complete(&self, artifact: &Path) -> bool {
        let needed = Symbols::Needed.of(artifact);
        needed.is_ok_and(|needed| needed.iter().all(|name| self.offered().contains(name)))
    }

    fn offered(&self) -> &HashSet<Vec<u8>> {
        self.offered.get_or_init(|| {
            let libraries = self.shared.iter().chain(&self.system);
            let symbols = libraries.map(|library| Symbols::Defined.of(library));
            let symbols = symbols.collect::<io::Result<Vec<_>>>().unwrap_or_default();
            symbols.into_iter().flatten().collect()
        })
    }
}

/// Compiles a crate that consists of what these flags name.
fn make_shared(toolchain: &Toolchain, flags: &[OsString], libraries: &Path, shared: &Path) -> io::Result<bool> {
    let source = libraries.join("grader_shared.rs");
    let crates = flags.windows(2).filter(|pair| pair[0] == "--extern");
    let text: String = crates.filter_map(|pair| named(&pair[1])).collect();
    std::fs::write(&source, text)?;
    let mut arguments = without_names(flags);
    let own = [
        "--crate-name=grader_shared",
        "--crate-type=dylib",
        "-Cprefer-dynamic",
        "-Cstrip=debuginfo",
        "-o",
    ];
    arguments.extend(own.map(OsString::from));
    arguments.extend([shared.into(), source.as_os_str().to_owned()]);
    arguments.extend(toolchain.linker.arguments());
    let job = Job {
        program: toolchain.rustc.clone(),
        arguments,
        environment: Vec::new(),
        folder: libraries.to_owned(),
    };
    let finished = run(&job, &LIMITS)?;
    std::fs::remove_file(source)?;
    Ok(finished.ending == Ok(Ending::Exited(0)))
}

/// The use of a crate of which there is a library to link.
fn named(value: &OsStr) -> Option<String> {
    let (name, path) = value.to_str()?.split_once('=')?;
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    path.ends_with(".rlib").then(|| format!("extern crate {name};\n"))
}

/// Flags that do not say what the crate is called.
fn without_names(flags: &[OsString]) -> Vec<OsString> {
    let mut kept = Vec::with_capacity(flags.len());
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        if flag == "--crate-name" {
            flags.next();
        } else {
            kept.push(flag.clone());
        }
    }
    kept
}

/// Dynamic symbols of a library.
#[derive(Clone, Copy)]
enum Symbols {
    /// Those that it has.
    Defined,
    /// Those without which it cannot be loaded.
    Needed,
}

impl Symbols {
    /// Their names.
    fn of(self, library: &Path) -> io::Result<Vec<Vec<u8>>> {
        let bytes = std::fs::read(library)?;
        let file = ElfFile64::<Endianness>::parse(&*bytes).map_err(io::Error::other)?;
        let symbols = file.dynamic_symbols().filter(|symbol| match self {
            Self::Defined => !symbol.is_undefined(),
            Self::Needed => symbol.is_undefined() && !symbol.is_weak(),
        });
        let name = |symbol: ElfSymbol64<'_, '_>| symbol.name_bytes().map(<[u8]>::to_vec).map_err(io::Error::other);
        symbols.map(name).collect()
    }
}
