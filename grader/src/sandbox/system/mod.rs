//! What one system does in another way than the next, in a few small functions.
//!
//! `unix` and `windows` have the same ones. Other rooms know which system they are on only where Linux can do what no other
//! system can, or where a library of theirs makes them ask.

#[cfg(unix)]
#[path = "unix.rs"]
mod here;
#[cfg(windows)]
#[path = "windows.rs"]
mod here;

pub(crate) use here::*;
