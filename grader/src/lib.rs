//! The grader: files, building, processes, the conductor, reports and the command line.
//!
//! Data flows one way: `discover` finds submissions, `build` compiles them, `session` calls them in a worker process and
//! gives one outcome per call.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")
)]

// What there is.
pub mod discover;

// How it is made and run.
pub mod build;
pub mod sandbox;
pub mod session;
pub mod worker;
