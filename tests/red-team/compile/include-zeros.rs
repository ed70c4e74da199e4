//! Reads a file that has no end.

pub static ENDLESS: &[u8] = include_bytes!("/dev/zero");
