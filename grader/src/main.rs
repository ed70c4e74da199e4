//! grader
fn main() {}
