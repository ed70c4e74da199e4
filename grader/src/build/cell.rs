//! The compiler's own confinement: the grader starts itself as `grader __compile` with [`Orders`], shuts away everything
//! that a build does not take, and becomes the compiler.
//!
//! A source can make a compiler read any file that it can reach, so that it reaches the toolchain, the built libraries, the
//! contract (which students have) and that one source, and writes one folder.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::sandbox::{Access, Bounds, Calls, Confinement, Isolation, Opening, Root, system};

/// What the hidden subcommand is called.
pub const SUBCOMMAND: &str = "__compile";

/// The exit code of a compiler that could not be confined. No compiler has it.
pub(super) const NOT_CONFINED: i32 = 70;

/// Bytes of address space for one compiler, or for its linker.
pub(super) const MEMORY: u64 = 2 << 30;

/// Bytes of its stack, whatever the grader's own is.
const STACK: u64 = 8 << 20;

/// The largest file that a compiler may write, in bytes.
pub(super) const LARGEST_FILE: u64 = 64 << 20;

/// What ends the orders and begins the compiler's own command line.
const END: &str = "--";

/// What a compiler may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Orders {
    /// The grader's process.
    pub(super) parent: u32,
    /// Seconds of CPU time after which the kernel ends the compiler if the grader has not.
    pub(super) cpu: u64,
    /// Whether less than all will do.
    pub(super) isolation: Isolation,
    /// What it may reach, and for what.
    pub(super) places: Vec<(Access, PathBuf)>,
}

impl Orders {
    /// The command line, subcommand included, up to the compiler's own.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec![
            SUBCOMMAND.into(),
            self.parent.to_string().into(),
            self.cpu.to_string().into(),
            self.isolation.name().into(),
        ];
        for (access, place) in &self.places {
            arguments.extend([access.name().into(), place.into()]);
        }
        arguments.push(END.into());
        arguments
    }

    /// The orders, and the compiler's command line.
    fn parse(arguments: &[OsString]) -> Option<(Self, &[OsString])> {
        let [parent, cpu, isolation, rest @ ..] = arguments else {
            return None;
        };
        let end = rest.iter().step_by(2).position(|argument| argument == END)? * 2;
        let (places, command) = (&rest[..end], &rest[end + 1..]);
        let place = |pair: &[OsString]| Some((Access::from_name(pair[0].to_str()?)?, PathBuf::from(&pair[1])));
        let orders = Self {
            parent: parent.to_str()?.parse().ok()?,
            cpu: cpu.to_str()?.parse().ok()?,
            isolation: Isolation::from_name(isolation.to_str()?)?,
            places: places.chunks_exact(2).map(place).collect::<Option<_>>()?,
        };
        Some((orders, command))
    }
}

/// Becomes a confined compiler on the arguments that follow [`SUBCOMMAND`]. Returns only if it could not.
#[must_use]
pub fn main(arguments: &[OsString]) -> ExitCode {
    let error = match Orders::parse(arguments) {
        Some((orders, [program, arguments @ ..])) => match orders.confine() {
            Ok(()) => system::become_program(Command::new(program).args(arguments)),
            Err(error) => error,
        },
        Some((_, [])) | None => io::Error::other("this subcommand is the grader's own; it is of no use by hand"),
    };
    #[expect(clippy::print_stderr, reason = "the grader reads from here why there is no compiler")]
    {
        eprintln!("the compiler could not be confined: {error}");
    }
    ExitCode::from(NOT_CONFINED as u8)
}

impl Orders {
    fn confine(&self) -> io::Result<()> {
        system::close_inherited(&[])?;
        let opened = self
            .places
            .iter()
            .map(|(_, place)| open(place))
            .collect::<io::Result<Vec<_>>>()?;
        let files = self
            .places
            .iter()
            .zip(&opened)
            .map(|((access, _), place)| Opening { place, access: *access });
        let confinement = Confinement {
            parent: self.parent,
            // The toolchain of an administrator may be readable to nobody else.
            root: Root::LosesCapabilities,
            bounds: self.bounds(),
            files: files.collect(),
            calls: Calls::Compiler,
            isolation: self.isolation,
        };
        confinement.apply().map(drop)
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            memory: MEMORY,
            stack: STACK,
            cpu: self.cpu,
            largest_file: LARGEST_FILE,
            open_files: 256,
            tasks: None,
        }
    }
}

fn open(place: &Path) -> io::Result<File> {
    let named = system::open_name(place);
    named.map_err(|error| io::Error::other(format!("{}: {error}", place.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_survive_the_command_line() {
        let orders = Orders {
            parent: 1,
            cpu: 61,
            isolation: Isolation::Required,
            places: vec![(Access::Run, "/a b".into()), (Access::Write, "--".into())],
        };
        let mut arguments = orders.arguments();
        arguments.extend(["rustc", "--", "-o"].map(OsString::from));
        assert_eq!(arguments[0], SUBCOMMAND);
        let command = &arguments[arguments.len() - 3..];
        assert_eq!(Orders::parse(&arguments[1..]), Some((orders, command)));
        for broken in [&arguments[..], &arguments[1..4], &arguments[1..6], &[]] {
            assert_eq!(Orders::parse(broken), None, "{broken:?}");
        }
    }
}
