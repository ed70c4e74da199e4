//! Has the reference as a module.

#[path = "@REFERENCE@"]
pub mod stolen;
