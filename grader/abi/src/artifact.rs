//! The library's side of the boundary: one instance of a solution, called with bytes, and the one symbol that a host
//! finds in the library.
//!
//! Takes a [`Make`], which `#[contract]` and `export!` write. Panics are caught here, inside the library, since each
//! library has a standard library, and so a panic hook, of its own. A panic's payload is forgotten, never dropped: its
//! `Drop` is the student's code and could panic again.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::reply::Reply;
use crate::types::Signature;
use crate::wire::{Decoder, Encoder, WireError};

/// The version of this boundary. A library of another version is refused.
pub const VERSION: u32 = 1;

/// The name of the library's one symbol, an [`Entry`].
pub const ENTRY_SYMBOL: &[u8] = b"grader_artifact_entry";

/// A contract as an object: `#[contract]` implements this for `dyn Trait`.
pub trait Contract {
    /// The contract's functions.
    fn signature() -> Signature;

    /// Reads the arguments of the function with this number, calls it, and appends the wire form of what it returns.
    ///
    /// # Errors
    /// When there is no such function or the bytes are not its arguments.
    fn dispatch(&mut self, function: u32, arguments: Decoder<'_>, answer: &mut Encoder) -> Result<(), WireError>;
}

/// A solution's type as a maker of instances: `#[contract]` writes one, `export!` names it.
pub trait Make: 'static {
    /// The contract that the solution implements.
    type Contract: Contract + ?Sized + 'static;

    /// A fresh instance.
    fn make() -> Box<Self::Contract>;
}

/// One instance of a solution, and the buffer of its last reply.
pub struct Instance<M: Make> {
    solution: Option<Box<M::Contract>>,
    reply: Encoder,
}

impl<M: Make> Instance<M> {
    /// No instance yet: the first call has to ask for a fresh one.
    #[must_use]
    pub fn new() -> Self {
        install_hook();
        Self {
            solution: None,
            reply: Encoder::new(),
        }
    }

    /// Calls the function with this number, on a fresh instance if so asked, and gives the wire form of a [`Reply`].
    pub fn call(&mut self, fresh: bool, function: u32, arguments: &[u8]) -> &[u8] {
        self.reply.clear();
        Reply::start_returned(&mut self.reply);
        let Self { solution, reply } = self;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            if fresh || solution.is_none() {
                *solution = None;
                *solution = Some(M::make());
            }
            let solution = solution.as_mut().expect("an instance was just made");
            solution.dispatch(function, Decoder::new(arguments), reply)
        }));
        let failure = match outcome {
            Ok(Ok(())) => return self.reply.bytes(),
            Ok(Err(error)) => Reply::BadCall(error.to_string()),
            Err(payload) => panicked(payload),
        };
        self.reply.clear();
        failure.encode(&mut self.reply);
        self.reply.bytes()
    }
}

impl<M: Make> Default for Instance<M> {
    fn default() -> Self {
        Self::new()
    }
}

thread_local! {
    /// Where the last panic of this thread was raised.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A hook that prints nothing and remembers the place. The message is taken from the payload, so that a solution that
/// replaces the hook loses no more than the place.
fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            PLACE.with(|last| *last.borrow_mut() = place);
        }));
    });
}

fn panicked(payload: Box<dyn Any + Send>) -> Reply<'static> {
    let message = if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        String::new()
    };
    std::mem::forget(payload);
    let place = PLACE.with(|last| std::mem::take(&mut *last.borrow_mut()));
    // The texts of `todo!()` and `unimplemented!()`.
    if message.starts_with("not yet implemented") || message.starts_with("not implemented") {
        Reply::NotImplemented { place }
    } else {
        Reply::Panicked { message, place }
    }
}

/// What a host finds in a library under [`ENTRY_SYMBOL`]. The version is the first field in every version.
#[repr(C)]
pub struct Entry {
    /// [`VERSION`] of the library.
    pub version: u32,
    /// The wire form of the [`Signature`]; the host never frees it.
    pub signature: extern "C" fn() -> Bytes,
    /// An [`Instance`] for [`Entry::call`]; the host never frees it.
    pub open: extern "C" fn() -> *mut c_void,
    /// [`Instance::call`]: `(instance, fresh, function, arguments, length)`. The bytes last until the next call.
    ///
    /// # Safety
    /// The instance is one that `open` gave, in use by no other thread; the arguments are readable for the length.
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
            call: call::<M>,
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
    let mut encoder = Encoder::new();
    M::Contract::signature().encode(&mut encoder);
    Bytes::of(encoder.into_bytes().leak())
}

extern "C" fn open<M: Make>() -> *mut c_void {
    Box::into_raw(Box::new(Instance::<M>::new())).cast()
}

unsafe extern "C" fn call<M: Make>(
    instance: *mut c_void,
    fresh: bool,
    function: u32,
    arguments: *const u8,
    length: usize,
) -> Bytes {
    // SAFETY: by this function's contract the pointer is one that `open::<M>` gave, and no other reference to it lives.
    let instance = unsafe { &mut *instance.cast::<Instance<M>>() };
    // SAFETY: by this function's contract the arguments are readable for the length.
    let arguments = unsafe { std::slice::from_raw_parts(arguments, length) };
    Bytes::of(instance.call(fresh, function, arguments))
}
