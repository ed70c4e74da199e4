//! Reads another submission while it compiles.

pub const STOLEN: &str = include_str!("@NEIGHBOUR@");
