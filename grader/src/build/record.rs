//! How cargo calls `rustc` for the template.
//!
//! Cargo starts the grader in place of `rustc` for the crates of the workspace. For the template's library, and for it
//! alone, the grader writes the call down and fails: a crate that failed is never fresh to cargo, so that every run records
//! anew and no record can be out of date. Every other call goes on to `rustc` as it is.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::sandbox::system;

/// The variable that asks the grader to record, and says where to.
pub(super) const VARIABLE: &str = "GRADER_RECORD";

/// A recorded call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(OsString, OsString)>,
}

/// Does the work of a recorder, if this process was started as one.
#[must_use]
pub fn record_if_asked() -> Option<ExitCode> {
    let path = PathBuf::from(std::env::var_os(VARIABLE)?);
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next()?;
    let arguments: Vec<OsString> = arguments.collect();
    let error = if is_template(&arguments) {
        let environment = std::env::vars_os().collect();
        match (Record { arguments, environment }).write(&path) {
            Ok(()) => return Some(ExitCode::FAILURE),
            Err(error) => error,
        }
    } else {
        system::become_program(Command::new(rustc).args(arguments))
    };
    #[expect(clippy::print_stderr, reason = "cargo shows this to the instructor")]
    {
        eprintln!("the grader could not stand in for rustc: {error}");
    }
    Some(ExitCode::FAILURE)
}

/// Whether this call compiles the library of the package that cargo was asked for.
fn is_template(arguments: &[OsString]) -> bool {
    let library = arguments
        .windows(2)
        .any(|pair| pair[0] == "--crate-type" && pair[1] == "cdylib");
    library && std::env::var_os("CARGO_PRIMARY_PACKAGE").is_some()
}

impl Record {
    fn write(&self, path: &Path) -> io::Result<()> {
        std::fs::write(path, self.to_bytes())
    }

    /// `None` when cargo never came to the template.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self::from_bytes(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The arguments, an empty text, and the environment as `name=value`, each ended by NUL, which none of them holds.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for argument in &self.arguments {
            bytes.extend_from_slice(argument.as_encoded_bytes());
            bytes.push(0);
        }
        bytes.push(0);
        for (name, value) in &self.environment {
            bytes.extend_from_slice(name.as_encoded_bytes());
            bytes.push(b'=');
            bytes.extend_from_slice(value.as_encoded_bytes());
            bytes.push(0);
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut texts = bytes.strip_suffix(&[0])?.split(|byte| *byte == 0);
        // SAFETY: the recorder is this same program, and has parted its texts only where they were put together.
        let owned = |text: &[u8]| unsafe { OsString::from_encoded_bytes_unchecked(text.to_vec()) };
        let arguments = texts.by_ref().take_while(|text| !text.is_empty()).map(owned).collect();
        let environment = texts
            .map(|text| {
                let middle = text.iter().position(|byte| *byte == b'=')?;
                Some((owned(&text[..middle]), owned(&text[middle + 1..])))
            })
            .collect::<Option<_>>()?;
        Some(Self { arguments, environment })
    }

    /// The flags for any crate in the template's place: without what names this crate's files, and what the grader
    /// decides itself.
    pub(super) fn flags(&self) -> Vec<OsString> {
        let mut flags = Vec::new();
        let mut arguments = self.arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            let text = argument.as_encoded_bytes();
            let takes_value = matches!(
                text,
                b"-C"
                    | b"-L"
                    | b"--cap-lints"
                    | b"--cfg"
                    | b"--check-cfg"
                    | b"--crate-name"
                    | b"--crate-type"
                    | b"--extern"
                    | b"--out-dir"
                    | b"--target"
            );
            let value = arguments.next_if(|_| takes_value);
            if !is_dropped(argument, value) {
                flags.push(argument.clone());
                flags.extend(value.cloned());
            }
        }
        flags
    }

    /// What the template's build puts into the environment, and nothing of the user's. `before` is what cargo was given.
    pub(super) fn variables(&self, before: &[(OsString, OsString)]) -> Vec<(OsString, OsString)> {
        let is_kept = |variable: &&(OsString, OsString)| {
            let name = variable.0.as_encoded_bytes();
            let of_the_package = name.starts_with(b"CARGO_PKG_") || name == b"CARGO_CRATE_NAME" || name == b"OUT_DIR";
            let of_the_tools = [
                &b"CARGO"[..],
                b"RUST",
                b"PATH",
                b"LD_LIBRARY_PATH",
                b"MAKEFLAGS",
                b"MFLAGS",
                b"GRADER_",
            ]
            .iter()
            .any(|prefix| name.starts_with(prefix));
            of_the_package || (!of_the_tools && !before.contains(variable))
        };
        self.environment.iter().filter(is_kept).cloned().collect()
    }
}

fn is_dropped(argument: &OsStr, value: Option<&OsString>) -> bool {
    const CODEGEN: [&[u8]; 8] = [
        b"incremental=",
        b"metadata=",
        b"extra-filename=",
        b"opt-level=",
        b"debuginfo=",
        b"strip=",
        b"codegen-units=",
        b"split-debuginfo=",
    ];
    let text = argument.as_encoded_bytes();
    match text {
        b"--crate-type" | b"--out-dir" | b"--cap-lints" => true,
        b"-C" => value.is_some_and(|value| CODEGEN.iter().any(|name| value.as_encoded_bytes().starts_with(name))),
        _ => {
            let named = [&b"--emit="[..], b"--json=", b"--error-format=", b"--diagnostic-width="]
                .iter()
                .any(|name| text.starts_with(name));
            let source = !text.starts_with(b"-") && text.ends_with(b".rs");
            named || source
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<OsString> {
        list.iter().map(OsString::from).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        list.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[test]
    fn a_record_survives_its_file() {
        let record = Record {
            arguments: texts(&["--crate-name", "x", "src/lib.rs"]),
            environment: pairs(&[("A", ""), ("B", "x=y"), ("C", "line\nline")]),
        };
        assert_eq!(Record::from_bytes(&record.to_bytes()), Some(record));
    }

    #[test]
    fn half_a_record_is_none() {
        for bytes in [&b""[..], b"--crate-name", b"a\0\0NO_VALUE\0"] {
            assert_eq!(Record::from_bytes(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn flags_keep_what_any_crate_in_the_templates_place_needs() {
        let recorded = "--crate-name student_template --edition=2024 student-template/src/lib.rs --error-format=json \
             --json=diagnostic-rendered-ansi,artifacts --crate-type cdylib --emit=dep-info,link -C opt-level=2 \
             -C embed-bitcode=no -C debug-assertions=on --check-cfg cfg(docsrs,test) -C metadata=c0f6 \
             -C extra-filename=-5e --out-dir /t/debug/deps --target x86_64-unknown-linux-gnu -C strip=debuginfo \
             -L dependency=/t/debug/deps --extern contract=/t/debug/deps/libcontract-0a.rlib --warn=unused \
             --cap-lints allow";
        let record = Record {
            arguments: recorded.split_whitespace().map(OsString::from).collect(),
            environment: Vec::new(),
        };
        let kept = "--crate-name student_template --edition=2024 -C embed-bitcode=no -C debug-assertions=on \
             --check-cfg cfg(docsrs,test) --target x86_64-unknown-linux-gnu -L dependency=/t/debug/deps \
             --extern contract=/t/debug/deps/libcontract-0a.rlib --warn=unused";
        assert_eq!(record.flags(), kept.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn variables_are_the_templates_and_not_the_users() {
        let before = pairs(&[("HOME", "/home/a"), ("PATH", "/bin"), ("SECRET", "s"), ("CHANGED", "1")]);
        let record = Record {
            arguments: Vec::new(),
            environment: pairs(&[
                ("HOME", "/home/a"),
                ("PATH", "/bin:/rust/bin"),
                ("SECRET", "s"),
                ("CHANGED", "2"),
                ("CARGO_PKG_NAME", "student-template"),
                ("CARGO_CRATE_NAME", "student_template"),
                ("CARGO_MANIFEST_DIR", "/home/a/student-template"),
                ("CARGO_MAKEFLAGS", "-j"),
                ("OUT_DIR", "/t/out"),
                ("FROM_BUILD_SCRIPT", "x"),
                ("LD_LIBRARY_PATH", "/l"),
                (VARIABLE, "/r"),
            ]),
        };
        let names: Vec<_> = record.variables(&before).into_iter().map(|(name, _)| name).collect();
        let kept = [
            "CHANGED",
            "CARGO_PKG_NAME",
            "CARGO_CRATE_NAME",
            "OUT_DIR",
            "FROM_BUILD_SCRIPT",
        ];
        assert_eq!(names, kept);
    }
}
