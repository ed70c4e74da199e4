//! Reads the spec while it compiles.

pub const STOLEN: &str = include_str!("@SPEC@");
