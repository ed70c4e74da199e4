//! The grader: files, building, processes, the conductor, reports and the command line.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")
)]

pub mod build;
pub mod discover;
pub mod sandbox;
pub mod worker;
