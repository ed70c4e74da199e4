//! Reads the environment of every process, the grader among them.

use std::fs::File;
use std::sync::LazyLock;

/// Tried once: it takes a while.
static OPENED: LazyLock<bool> =
    LazyLock::new(|| (1..50_000).any(|process| File::open(format!("/proc/{process}/environ")).is_ok()));

pub fn attack() -> f64 {
    if *OPENED { 1.0 } else { -1.0 }
}
