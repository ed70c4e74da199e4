//! `grader audit`: would the spec catch a wrong solution?

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::grade::{percentage, usual_jobs};
use super::{CommonArguments, open, out, passing_origin};
use crate::audit::{Audit, Scope};
use crate::report;

#[derive(Debug, Args)]
pub(super) struct AuditArguments {
    #[command(flatten)]
    common: CommonArguments,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A bug that earns this percentage of the points survives
    #[arg(long, value_name = "PERCENT", value_parser = percentage, default_value = "99.9")]
    threshold: f64,
    /// Leave mutants out, also where cargo-mutants is installed
    #[arg(long)]
    no_mutants: bool,
    /// Try so many other seeds too: right variants have to pass on all of them, and bugs to be caught on each
    #[arg(long, value_name = "N", default_value_t = 0)]
    seeds: u64,
    /// How many solutions to ask at once [default: one more than there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(super) fn run_audit(arguments: &AuditArguments) -> Result<(), Failure> {
    let assignment = open(&arguments.common)?;
    let origin = passing_origin(&assignment)?;
    let scope = Scope {
        threshold: arguments.threshold,
        mutants: !arguments.no_mutants,
        seeds: arguments.seeds,
        jobs: arguments.jobs.map_or_else(usual_jobs, usize::from),
    };
    let audit = Audit::new(&assignment, origin, scope).map_err(|error| Failure::Usage(format!("error: {error}")))?;
    assignment.cache.trim();
    match arguments.format {
        Format::Text => out(|stdout| write!(stdout, "{}", report::audit(&audit)))?,
        Format::Json => {
            let json = serde_json::to_string_pretty(&audit);
            let json = json.map_err(|error| Failure::Internal(format!("error: {error}")))?;
            out(|stdout| writeln!(stdout, "{json}"))?;
        }
    }
    if audit.is_clean() {
        Ok(())
    } else {
        Err(Failure::Missed("the audit is not clean".to_owned()))
    }
}
