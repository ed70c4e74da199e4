//! Checks -> verdicts -> score -> feedback.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")
)]

mod outcome;

pub use outcome::{Call, Caller, Outcome};
