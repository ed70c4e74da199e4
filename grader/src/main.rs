//! The grader's binary.

use std::process::ExitCode;

use grader::{build, worker};

fn main() -> ExitCode {
    if let Some(code) = build::record_if_asked() {
        return code;
    }
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next() {
        Some(subcommand) if subcommand == worker::SUBCOMMAND => worker::main(&arguments.collect::<Vec<_>>()),
        _ => ExitCode::from(2),
    }
}
