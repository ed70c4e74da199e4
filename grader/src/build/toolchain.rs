//! The compiler, the linker and where their files are, in their own words.

use std::env::consts::EXE_SUFFIX;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::PrepareError;
use super::prepare::{LIMITS, started, users_environment};
use crate::sandbox::{Access, Ending, Job, run};

/// The toolchain that is in force in the template's folder.
#[derive(Debug)]
pub(super) struct Toolchain {
    /// The compiler itself, not a stand-in that chooses one.
    pub(super) rustc: PathBuf,
    /// The machine it compiles for.
    pub(super) host: String,
    /// Its own words on its version.
    pub(super) version: String,
    /// What it links with.
    pub(super) linker: Linker,
    /// What the compiler and the linker read and run.
    pub(super) places: Vec<(Access, PathBuf)>,
    /// Where the standard library is.
    libraries: PathBuf,
}

/// What makes a library of what the compiler has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Linker {
    /// The toolchain's own, called without any other program: there is little to let it reach.
    Own {
        /// The program.
        program: PathBuf,
        /// Where the system's libraries are.
        folders: Vec<PathBuf>,
    },
    /// The C compiler, which runs programs of its own.
    System,
}

/// Where a system keeps its programs and what belongs to them; nothing of a user's is there.
const SYSTEM: [&str; 6] = ["/usr", "/bin", "/lib", "/lib64", "/nix/store", "/gnu/store"];

/// All programs of the system.
pub(super) fn system_places() -> impl Iterator<Item = (Access, PathBuf)> {
    let places = SYSTEM.iter().map(PathBuf::from).filter(|place| place.exists());
    places.map(|place| (Access::Run, place))
}

impl Toolchain {
    pub(super) fn find(template: &Path) -> Result<Self, PrepareError> {
        let said = ask(
            "rustc".into(),
            &["--print", "sysroot", "--print", "host-tuple"],
            template,
        )?;
        let mut lines = said.lines();
        let (Some(sysroot), Some(host)) = (lines.next().map(Path::new), lines.next()) else {
            return Err(PrepareError::Toolchain(said));
        };
        let rustc = sysroot.join(format!("bin/rustc{EXE_SUFFIX}"));
        let version = ask(rustc.clone(), &["--version"], template)?.trim().to_owned();
        let linker = Linker::find(sysroot, host, template);
        let mut places = vec![(Access::Read, sysroot.join("lib")), (Access::Run, rustc.clone())];
        places.extend(linker.places(sysroot, host));
        // Whoever cannot read here how the machine gives out memory asks for it ten times as often: a fifteenth of all
        // that a compilation costs.
        let memory = PathBuf::from("/proc/sys/vm/overcommit_memory");
        places.extend(memory.exists().then_some((Access::Read, memory)));
        Ok(Self {
            rustc,
            host: host.to_owned(),
            version,
            linker,
            places,
            libraries: sysroot.join("lib/rustlib").join(host).join("lib"),
        })
    }

    /// The files by which one toolchain, and one set of the system's libraries, is told from another.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let compiler = self.rustc.ancestors().nth(2).map(|sysroot| sysroot.join("lib"));
        let in_folder = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten();
        let libraries = compiler.into_iter().chain([self.libraries.clone()]).flat_map(in_folder);
        let mut files: Vec<_> = libraries.filter_map(|file| Some(file.ok()?.path())).collect();
        files.push(self.rustc.clone());
        match &self.linker {
            Linker::Own { program, folders } => {
                files.push(program.clone());
                let names = ["libc.so.6", "libm.so.6", "libgcc_s.so.1"];
                files.extend(folders.iter().flat_map(|folder| names.map(|name| folder.join(name))));
            }
            Linker::System => {}
        }
        files
    }

    /// The shared standard library, if there is one and no other.
    pub(super) fn standard_library(&self) -> Option<PathBuf> {
        let files = std::fs::read_dir(&self.libraries).ok()?;
        let mut files = files.filter_map(|file| Some(file.ok()?.path()));
        let is_standard = |file: &PathBuf| {
            let name = file.file_name().and_then(OsStr::to_str);
            name.is_some_and(|name| name.starts_with("libstd-") && name.ends_with(".so"))
        };
        let found = files.by_ref().find(is_standard)?;
        (!files.any(|file| is_standard(&file))).then_some(found)
    }
}

impl Linker {
    /// The toolchain's own, if it has one and the C compiler knows where the libraries are.
    fn find(sysroot: &Path, host: &str, folder: &Path) -> Self {
        let program = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
        let places = ["libc.so.6", "libc.so", "libgcc_s.so.1", "libgcc.a"].map(|name| place_of(name, folder));
        match places.into_iter().collect::<Option<Vec<_>>>() {
            Some(places) if program.is_file() && host.ends_with("-linux-gnu") => {
                let mut folders = Vec::new();
                for place in places {
                    if !folders.contains(&place) {
                        folders.push(place);
                    }
                }
                Self::Own { program, folders }
            }
            Some(_) | None => Self::System,
        }
    }

    /// What it reads and runs, and what starts every program.
    fn places(&self, sysroot: &Path, host: &str) -> Vec<(Access, PathBuf)> {
        match self {
            Self::Own { program, folders } => {
                // The C library's folder comes first; the loader of programs is there too.
                let (first, others) = folders.split_first().map_or((None, &[][..]), |(a, b)| (Some(a), b));
                let run = [program]
                    .into_iter()
                    .chain(first)
                    .map(|place| (Access::Run, place.clone()));
                run.chain(others.iter().map(|place| (Access::Read, place.clone())))
                    .collect()
            }
            Self::System => {
                // The C compiler may be told to use the toolchain's own linker.
                let own = sysroot.join("lib/rustlib").join(host).join("bin");
                let own = own.is_dir().then_some((Access::Run, own));
                system_places().chain(own).collect()
            }
        }
    }

    /// What tells the compiler to use it.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let Self::Own { program, folders } = self else {
            return Vec::new();
        };
        let after = |flag: &str, path: &Path| {
            let mut argument = OsString::from(flag);
            argument.push(path);
            argument
        };
        let mut arguments = vec![after("-Clinker=", program), "-Clinker-flavor=ld.lld".into()];
        arguments.extend(folders.iter().map(|folder| after("-Clink-arg=-L", folder)));
        // A second thread costs more than it brings for one small library.
        arguments.push("-Clink-arg=--threads=1".into());
        arguments
    }
}

/// The folder of a library by the C compiler's account.
fn place_of(library: &str, folder: &Path) -> Option<PathBuf> {
    let said = ask("cc".into(), &[&format!("-print-file-name={library}")], folder).ok()?;
    let file = Path::new(said.trim()).canonicalize().ok()?;
    // One that it does not know it answers with the bare name.
    Path::new(said.trim())
        .is_absolute()
        .then(|| file.parent().map(Path::to_owned))
        .flatten()
}

/// A program of the system, without links on the way to it.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&folders).map(|folder| folder.join(name));
    places.find(|place| place.is_file())?.canonicalize().ok()
}

/// What a program answers to a question about itself, in a folder that can choose the toolchain.
fn ask(program: PathBuf, question: &[&str], folder: &Path) -> Result<String, PrepareError> {
    let job = Job {
        program,
        arguments: question.iter().map(OsString::from).collect(),
        environment: users_environment(),
        folder: folder.to_owned(),
    };
    let finished = started(run(&job, &LIMITS), &job)?;
    match finished.ending {
        Ok(Ending::Exited(0)) => Ok(finished.stdout.text()),
        _ => Err(PrepareError::Toolchain(finished.stderr.text())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_linker_is_told_where_the_systems_libraries_are() {
        let linker = Linker::Own {
            program: "/r/rust-lld".into(),
            folders: vec!["/usr/lib".into(), "/gcc".into()],
        };
        let expected = "-Clinker=/r/rust-lld -Clinker-flavor=ld.lld -Clink-arg=-L/usr/lib -Clink-arg=-L/gcc \
             -Clink-arg=--threads=1";
        assert_eq!(linker.arguments(), expected.split_whitespace().collect::<Vec<_>>());
        assert_eq!(Linker::System.arguments(), Vec::<OsString>::new());
    }
}
