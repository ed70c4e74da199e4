//! The grader from the outside: the binary, as instructors and CI run it, and the template, as students run it.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

// How it is run.
mod files;
mod run;

// What it says of a class.
mod class;
mod formats;
mod reference;
mod report;

// What counts of it, and where that goes.
mod gradebook;

// What it says of a spec.
mod audit;

// What it does the second time.
mod again;

// What it does with odd input.
mod ci;
#[cfg(unix)]
mod folders;
mod handed_in;
mod public_part;
mod specs;

// What students get, and run.
mod handout;
mod template;
