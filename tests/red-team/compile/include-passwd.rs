//! Reads a file of the system while it compiles.

pub const STOLEN: &str = include_str!("/etc/passwd");
