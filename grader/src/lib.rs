//! The grader: files, building, processes, the conductor, reports and the command line.
//!
//! Data flows one way: `cli` -> `assignment` (the spec, the built reference, its answers) and `discover` (submissions) ->
//! `grade`, which has each submission built (`build`), called in worker processes (`session`, `worker`, `sandbox`) and judged
//! (by the engine) -> `report` -> `store`. When a run is read, `policy` makes of its scores what counts, and `gradebook` puts
//! that into a learning system's `sheet`.
//!
//! What must hold:
//!
//! 1. Expected values, specs, the reference and other submissions never enter a worker. A worker can forge only the answer to
//!    the call it was given.
//! 2. The reference and a submission never share a process. The reference takes the same way as a submission: it is the
//!    submission that must score 100 %.
//! 3. A submission's manifest, build script, `.cargo` and toolchain file never run and never matter; only its `src` does.
//! 4. What a student does is data, never an `Err`. What the instructor got wrong is an error with its place. What we broke is
//!    *not graded*: never 0 points.
//! 5. One scoring function feeds every output.
//! 6. Same inputs, same report, on any number of cores and in any order. What is measured stands under `measured`.
//! 7. A student never sees what a hidden check calls, expects or was answered.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")
)]

// What there is.
pub mod assignment;
pub mod bug;
pub mod discover;
pub mod sheet;

// How it is made and run.
pub mod build;
pub mod cache;
pub mod sandbox;
pub mod scratch;
pub mod session;
pub mod worker;

// What comes of it.
pub mod audit;
pub mod grade;
pub mod gradebook;
pub mod handout;
pub mod lint;
pub mod policy;
pub mod report;
pub mod store;

// Who asks.
pub mod cli;
