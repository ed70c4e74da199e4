//! The grader's binary, which is also what cargo starts to record flags, and what every worker runs.

use std::process::ExitCode;

use grader::{build, cli, worker};

fn main() -> ExitCode {
    if let Some(code) = build::record_if_asked() {
        return code;
    }
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next() {
        Some(subcommand) if subcommand == worker::SUBCOMMAND => worker::main(&arguments.collect::<Vec<_>>()),
        Some(subcommand) if subcommand == build::SUBCOMMAND => build::main(&arguments.collect::<Vec<_>>()),
        // A panic has been reported by then.
        Some(_) | None => std::panic::catch_unwind(cli::main).unwrap_or(ExitCode::from(cli::INTERNAL)),
    }
}
