//! What crosses the boundary between the grader and a submission.
//!
//! No Rust type crosses it: a submission is a dynamic library that may have been compiled by another compiler, and its
//! process is not to be trusted. Only bytes do, and both sides know their meaning from the contract's [`Signature`].
//!
//! Takes a trait (by `#[contract]`) and a type that implements it (by the contract's `export!`); gives the library's one
//! symbol, an [`Entry`]. On the grader's side, gives [`Value`]s that are of the contract's types by construction.
//!
//! Must never: panic, overflow the stack or allocate more than a fixed multiple of the input's length, whatever bytes come
//! in; change a bit of an `f64`; read anything but its input.

// What is said.
mod signature;
mod types;
mod value;

// How it is said.
mod decoder;
mod encoder;
mod reply;
mod wire;

// Who says it.
mod argument;
mod artifact;
mod instance;
mod panic;

pub use argument::Argument;
pub use artifact::{Bytes, ENTRY_SYMBOL, Entry, VERSION};
pub use decoder::{Decoder, MAX_DEPTH, WireError};
pub use encoder::Encoder;
pub use grader_abi_macros::contract;
pub use instance::{Contract, Instance, Make};
pub use reply::Reply;
pub use signature::{Function, Parameter, Signature};
pub use types::{IntegerType, Type};
pub use value::Value;
pub use wire::Wire;

// For the compiler alone: nothing here has a name that anyone could use.
use grader_abi_warm as _;
