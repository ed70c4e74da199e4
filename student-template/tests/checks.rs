//! Runs the public checks of the assignment against your solution: one test each.
//!
//! `checks.json` holds their inputs and the expected answers. It is made from the assignment; do not edit it.

use std::process::ExitCode;

fn main() -> ExitCode {
    grader_engine::template::run::<contract::Maker<student_template::Solution>>(include_str!("../checks.json"))
}
