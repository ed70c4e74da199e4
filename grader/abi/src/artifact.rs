//! The library's side of the boundary: the one symbol that a host finds in it.
//!
//! Takes a [`Make`], which `#[contract]` writes; `export!` makes its [`Entry`] the symbol. Only C types are in it, so that
//! host and library may come from different compilers.

use std::ffi::c_void;

use crate::encoder::Encoder;
use crate::instance::{Contract, Make, Solution};
use crate::signature::Signature;

/// The version of this boundary. A library of another version is refused.
pub const VERSION: u32 = 1;

/// The name of the library's one symbol, an [`Entry`].
pub const ENTRY_SYMBOL: &[u8] = b"grader_artifact_entry";

/// What a host finds in a library under [`ENTRY_SYMBOL`]. The version is the first field in every version.
#[repr(C)]
pub struct Entry {
    /// [`VERSION`] of the library.
    pub version: u32,
    /// The wire form of the [`Signature`](crate::Signature); the host never frees it.
    pub signature: extern "C" fn() -> Bytes,
    /// A solution for [`Entry::call`], without an instance yet; the host never frees it.
    pub open: extern "C" fn() -> *mut c_void,
    /// [`Instance::call`](crate::Instance::call): `(solution, fresh, function, arguments, length)`. The bytes last until
    /// the next call.
    ///
    /// # Safety
    /// The solution is one that `open` gave, in use by no other thread; the arguments are not null, also if there are
    /// none, and readable for the length.
    pub call: unsafe extern "C" fn(*mut c_void, bool, u32, *const u8, usize) -> Bytes,
}

/// Bytes that belong to the library.
#[repr(C)]
pub struct Bytes {
    /// The first of them; never null.
    pub start: *const u8,
    /// How many.
    pub length: usize,
}

impl Entry {
    /// The entry of a library whose solution this is.
    #[must_use]
    pub const fn of<M: Make>() -> Self {
        Self {
            version: VERSION,
            signature: signature::<M>,
            open: open::<M>,
            call,
        }
    }
}

impl Bytes {
    fn of(bytes: &[u8]) -> Self {
        Self {
            start: bytes.as_ptr(),
            length: bytes.len(),
        }
    }
}

extern "C" fn signature<M: Make>() -> Bytes {
    leak(M::Contract::signature)
}

extern "C" fn open<M: Make>() -> *mut c_void {
    hand_over(Solution::of::<M>)
}

// Apart from the two above, which are compiled with each submission, so that these are not.

fn leak(describe: fn() -> Signature) -> Bytes {
    let mut encoder = Encoder::new();
    describe().encode(&mut encoder);
    Bytes::of(encoder.into_bytes().leak())
}

fn hand_over(open: fn() -> Solution) -> *mut c_void {
    Box::into_raw(Box::new(open())).cast()
}

unsafe extern "C" fn call(
    solution: *mut c_void,
    fresh: bool,
    function: u32,
    arguments: *const u8,
    length: usize,
) -> Bytes {
    // SAFETY: by this function's contract the pointer is one that `open` gave, and no other reference to it lives.
    let solution = unsafe { &mut *solution.cast::<Solution>() };
    // SAFETY: by this function's contract the arguments are not null and readable for the length.
    let arguments = unsafe { std::slice::from_raw_parts(arguments, length) };
    Bytes::of(solution.call(fresh, function, arguments))
}
