//! Checks -> verdicts -> score -> feedback.
//!
//! Takes a spec (feature `spec`) or packed checks, a contract's signature, and somebody who answers calls; gives verdicts,
//! points and texts. Data flows down: `spec` (with `expression` and `generate`) -> `plan` -> `check` (with `compare`) ->
//! `verdict` -> `score` -> `feedback`; `pack` is a plan's way to the students, `template` what runs there.
//!
//! Must never: start a process, read a clock or a file, open a connection. Two runs on the same input agree to the byte.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")
)]

// Read.
mod data;
mod expression;
#[cfg(feature = "spec")]
mod generate;
#[cfg(feature = "spec")]
pub mod spec;

// Ask.
mod check;
mod outcome;
mod plan;

// Judge.
mod compare;
#[cfg(feature = "spec")]
mod degenerate;
#[cfg(feature = "spec")]
mod diagnose;
pub mod feedback;
#[cfg(feature = "spec")]
mod fingerprint;
mod score;
mod show;
mod verdict;

// Hand out.
mod pack;
#[cfg(feature = "template")]
pub mod template;

pub use check::{Opening, ReferenceAnswers, judge};
pub use compare::{Tolerance, UpTo, Worst};
pub use data::Data;
#[cfg(feature = "spec")]
pub use degenerate::{Answering, Degenerate};
#[cfg(feature = "spec")]
pub use diagnose::{Diagnosed, Known, Recording};
pub use expression::{Formula, Kind};
#[cfg(feature = "spec")]
pub use fingerprint::fingerprint;
pub use outcome::{Call, Caller, Outcome};
pub use pack::{Conditions, pack, unpack, unpack_alone};
pub use plan::{Check, Exercise, Gradient, Phase, Plan, Rule, Statistics, Visibility, Want};
pub use score::{Points, Score, Scored, score};
pub use show::show;
pub use verdict::{Judged, Observed, Verdict};
