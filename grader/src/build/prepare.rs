//! The assignment's own build: dependencies compiled by cargo, and the recipe for submissions.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use grader_engine::spec::UnsafeCode;

use super::compile::Compiled;
use super::direct::Direct;
use super::key;
use super::libraries::Libraries;
use super::prepared;
use super::record::{self, Record};
use super::stamp::Stamps;
use super::toolchain::{Linker, Toolchain, system_places};
use super::{Options, Recipe};
use crate::sandbox::{Access, Ending, Finished, Job, Limits, run};
use crate::scratch::{Purpose, Scratch};

/// Why there is no recipe: the instructor's to mend.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The template is not a crate.
    #[error("no template crate in {0}: it has no Cargo.toml")]
    NoTemplate(PathBuf),
    /// A program that is needed does not start.
    #[error("cannot run `{program}`: {source}; is a Rust toolchain installed and on the PATH?")]
    NoToolchain {
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The compiler does not say where it lives.
    #[error("`rustc` does not say where its toolchain is:\n{0}")]
    Toolchain(String),
    /// Cargo did not build what the template depends on.
    #[error("cargo cannot build what the template in {template} depends on:\n{said}")]
    Cargo {
        /// The template's folder.
        template: PathBuf,
        /// Cargo's own words.
        said: String,
    },
    /// A file of the cache cannot be read or written.
    #[error("cannot use the cache folder {folder}: {source}")]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Building the dependencies is the instructor's own doing; the limit is against a network that never answers.
pub(super) const LIMITS: Limits = Limits {
    cpu: Duration::from_secs(360),
    keep: 16 << 20,
};

/// How contract and abi are built: fast code, and the checks that submissions have, so that an overflow inside a generic
/// function of theirs means the same on both sides. Debug information is of no use in a worker.
const PROFILE: [&str; 9] = [
    "opt-level=2",
    // Optimised code has no instances for others to take.
    "package.grader-abi-warm.opt-level=0",
    "debug=false",
    "debug-assertions=true",
    "overflow-checks=true",
    "incremental=false",
    "lto=false",
    "panic=\"unwind\"",
    "strip=\"none\"",
];

impl Recipe {
    /// Builds what the template depends on below the cache folder, and learns how submissions are compiled; or remembers
    /// it, while nothing has changed.
    ///
    /// Graders that run at the same time wait for each other here, by cargo's own lock.
    ///
    /// # Errors
    /// When there is no template, no toolchain, or cargo fails.
    pub fn prepare(template: &Path, cache: &Path, options: &Options) -> Result<Self, PrepareError> {
        if !template.join("Cargo.toml").is_file() {
            return Err(PrepareError::NoTemplate(template.to_owned()));
        }
        let in_cache = |source| PrepareError::Cache {
            folder: cache.to_owned(),
            source,
        };
        std::fs::create_dir_all(cache).map_err(in_cache)?;
        let cache = std::path::absolute(cache).map_err(in_cache)?;
        let template = &std::path::absolute(template).map_err(in_cache)?;
        let place = prepared::place(template, &cache, options);
        if let Some(recipe) = prepared::load(&place, &cache, options) {
            return Ok(recipe);
        }
        let started_at = SystemTime::now();
        let scratch = Scratch::new(Purpose::Record, &cache).map_err(in_cache)?;
        let file = scratch.path().join("record");
        let toolchain = Toolchain::find(template)?;
        let environment = cargo_environment(&toolchain, options, &file);
        let mut said = String::new();
        // Offline first: a machine with everything at hand needs no network, and does not wait for one.
        for network in [Network::Off, Network::On] {
            let job = cargo(template, &cache, &toolchain, network, &environment);
            let finished = started(run(&job, &LIMITS), &job)?;
            if let Some(record) = Record::read(&file).map_err(in_cache)? {
                let libraries = Libraries::gather(finished.stdout.head(), &cache).map_err(in_cache)?;
                let flags = libraries.redirect(record.flags());
                let variables = record.variables(&environment);
                let mut recipe = Self::from_flags(&flags, variables, libraries, &toolchain, options);
                recipe.complete(&flags, &toolchain, &cache).map_err(in_cache)?;
                let messages = finished.stdout.head();
                if let Some(stamps) = Stamps::take(messages, template, &toolchain, &options.grader, started_at) {
                    prepared::save(&recipe, stamps, &place, &cache).map_err(in_cache)?;
                }
                return Ok(recipe);
            }
            said = finished.stderr.text();
        }
        Err(PrepareError::Cargo {
            template: template.to_owned(),
            said,
        })
    }

    /// Finds out what only a trial shows.
    fn complete(&mut self, flags: &[OsString], toolchain: &Toolchain, cache: &Path) -> io::Result<()> {
        self.widen()?;
        match self.options.unsafe_code {
            UnsafeCode::Allow => {}
            UnsafeCode::Forbid => {
                let direct = Direct::make(toolchain, flags, self.libraries.folder())?;
                self.direct = direct.filter(|direct| self.links(direct, cache)).map(Arc::new);
            }
        }
        self.key = key::of(self)?;
        Ok(())
    }

    /// Whether a submission can be linked this way here.
    fn links(&self, direct: &Direct, cache: &Path) -> bool {
        let linked = || {
            let folder = tempfile::Builder::new().prefix("trial-").tempdir_in(cache).ok()?;
            let (source, out) = (folder.path().join("src"), folder.path().join("out"));
            std::fs::create_dir(&source).ok()?;
            std::fs::create_dir(&out).ok()?;
            std::fs::write(source.join("lib.rs"), TRIAL).ok()?;
            self.compile_directly(direct, folder.path(), &out).ok()?
        };
        matches!(linked(), Some(Compiled::Artifact { .. }))
    }

    /// A system may keep what starts programs, or a library of the compiler's, where nobody expects it. There the compiler
    /// gets to reach all of the system's programs.
    fn widen(&mut self) -> io::Result<()> {
        let starts = run(&self.trial(), &LIMITS)?.ending == Ok(Ending::Exited(0));
        if !starts {
            self.places.extend(system_places());
        }
        Ok(())
    }

    /// `flags` and `environment` are those of any crate in the template's place.
    fn from_flags(
        flags: &[OsString],
        mut environment: Vec<(OsString, OsString)>,
        libraries: Libraries,
        toolchain: &Toolchain,
        options: &Options,
    ) -> Self {
        let mut arguments = flags.to_vec();
        arguments.extend(OWN_FLAGS.map(OsString::from));
        arguments.extend(toolchain.linker.arguments());
        arguments.push(format!("-Copt-level={}", options.opt_level).into());
        match options.unsafe_code {
            UnsafeCode::Forbid => arguments.push("-Funsafe_code".into()),
            UnsafeCode::Allow => {}
        }
        environment.push(("LC_ALL".into(), "C".into()));
        environment.push(("MALLOC_CONF".into(), MALLOC.into()));
        if toolchain.linker == Linker::System {
            // The compiler looks for it there.
            environment.push(("PATH".into(), std::env::var_os("PATH").unwrap_or_default()));
        }
        let mut places = toolchain.places.clone();
        let own = [libraries.folder().to_owned(), options.contract.join("src")];
        let of_build_scripts = build_script_folders(&arguments, &environment);
        let read = own.into_iter().chain(of_build_scripts);
        places.extend(read.map(|place| (Access::Read, place)));
        Self {
            rustc: toolchain.rustc.clone(),
            toolchain: toolchain.version.clone(),
            arguments,
            environment,
            places,
            libraries: Arc::new(libraries),
            direct: None,
            key: String::new(),
            options: options.clone(),
        }
    }
}

/// What the grader decides about every submission.
const OWN_FLAGS: [&str; 6] = [
    "--crate-type=cdylib",
    "--error-format=json",
    "--cfg=grader_artifact",
    "--check-cfg=cfg(grader_artifact)",
    "-Cstrip=debuginfo",
    "-Ccodegen-units=1",
];

/// For the compiler's allocator, if it is jemalloc, as in the official builds: huge pages and one arena halve the page faults
/// of so short a run, which are a third of its time.
const MALLOC: &str = "narenas:1,thp:always,metadata_thp:always";

/// A submission that needs the standard library.
const TRIAL: &str = "#[used]
static KEPT: fn(f64) -> String = show;
fn show(number: f64) -> String { format!(\"{number}\") }
";

/// The folders of libraries that build scripts have named, and that of the files which the template's own has made.
fn build_script_folders(flags: &[OsString], environment: &[(OsString, OsString)]) -> Vec<PathBuf> {
    let named = flags.windows(2).filter(|pair| pair[0] == "-L");
    let named = named.filter_map(|pair| {
        let value = pair[1].to_str()?;
        value.strip_prefix("native=").or(value.strip_prefix("all="))
    });
    let made = environment.iter().filter(|(name, _)| name == "OUT_DIR");
    let folders = named
        .map(PathBuf::from)
        .chain(made.map(|(_, folder)| PathBuf::from(folder)));
    folders.filter(|folder| folder.is_dir()).collect()
}

/// Whether cargo may use the network.
#[derive(Debug, Clone, Copy)]
enum Network {
    Off,
    On,
}

pub(super) fn started(finished: io::Result<Finished>, job: &Job) -> Result<Finished, PrepareError> {
    finished.map_err(|source| PrepareError::NoToolchain {
        program: job.program.display().to_string(),
        source,
    })
}

fn cargo(
    template: &Path,
    cache: &Path,
    toolchain: &Toolchain,
    network: Network,
    environment: &[(OsString, OsString)],
) -> Job {
    let mut arguments: Vec<OsString> = [
        "rustc",
        "--lib",
        "--crate-type",
        "cdylib",
        "--color",
        "never",
        "--message-format=json-render-diagnostics",
        "--target",
    ]
    .map(OsString::from)
    .into();
    arguments.push(toolchain.host.clone().into());
    arguments.push("--target-dir".into());
    arguments.push(cache.join("cargo").into());
    for setting in PROFILE {
        arguments.push("--config".into());
        arguments.push(format!("profile.dev.{setting}").into());
    }
    match network {
        Network::Off => arguments.push("--offline".into()),
        Network::On => {}
    }
    Job {
        program: "cargo".into(),
        arguments,
        environment: environment.to_vec(),
        folder: template.to_owned(),
    }
}

/// The user's environment without what would change the build, and with what records it. Empty values overrule what the
/// user's configuration files say.
fn cargo_environment(toolchain: &Toolchain, options: &Options, record: &Path) -> Vec<(OsString, OsString)> {
    let mut environment = users_environment();
    let own: [(&str, &OsStr); 5] = [
        ("RUSTC", toolchain.rustc.as_os_str()),
        ("RUSTC_WRAPPER", OsStr::new("")),
        ("CARGO_ENCODED_RUSTFLAGS", OsStr::new("")),
        ("RUSTC_WORKSPACE_WRAPPER", options.grader.as_os_str()),
        (record::VARIABLE, record.as_os_str()),
    ];
    environment.extend(own.map(|(name, value)| (name.into(), value.into())));
    environment
}

/// The user's environment, without what would change a build.
pub(super) fn users_environment() -> Vec<(OsString, OsString)> {
    std::env::vars_os().filter(|(name, _)| !changes_builds(name)).collect()
}

fn changes_builds(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let places = [
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
    ];
    let changing = [
        "CARGO",
        "RUSTFLAGS",
        "RUSTC",
        "RUSTDOC",
        "MAKEFLAGS",
        "MFLAGS",
        "GRADER_",
    ];
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    starts(&changing) && !starts(&places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_flags_and_wrappers_stay_outside() {
        for (name, changes) in [
            ("RUSTFLAGS", true),
            ("CARGO_ENCODED_RUSTFLAGS", true),
            ("RUSTC_WRAPPER", true),
            ("RUSTC_BOOTSTRAP", true),
            ("CARGO_TARGET_DIR", true),
            ("CARGO_BUILD_TARGET", true),
            ("CARGO_PROFILE_DEV_PANIC", true),
            ("CARGO_HOME", false),
            ("CARGO_NET_OFFLINE", false),
            ("CARGO_REGISTRIES_X_INDEX", false),
            ("RUSTUP_TOOLCHAIN", false),
            ("PATH", false),
            ("HOME", false),
        ] {
            assert_eq!(changes_builds(OsStr::new(name)), changes, "{name}");
        }
    }
}
