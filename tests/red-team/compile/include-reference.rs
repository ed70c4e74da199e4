//! Compiles the reference into itself.

include!("@REFERENCE@");
