//! One instance of a solution, called with bytes.
//!
//! Takes a [`Make`], which `#[contract]` writes, and calls; gives the wire form of a [`Reply`] to each. Whatever a
//! student's code does short of ending the process is a reply. What depends on the solution's type is kept small: it is
//! compiled with each submission.

use std::marker::PhantomData;

use crate::decoder::{Decoder, WireError};
use crate::encoder::Encoder;
use crate::panic::{self, Panic};
use crate::reply::Reply;
use crate::signature::Signature;

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
pub struct Instance<M> {
    solution: Solution,
    maker: PhantomData<fn() -> M>,
}

impl<M: Make> Instance<M> {
    /// No instance yet: the first call makes one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            solution: Solution::of::<M>(),
            maker: PhantomData,
        }
    }

    /// Calls the function with this number, on a fresh instance if so asked, and gives the wire form of a [`Reply`].
    pub fn call(&mut self, fresh: bool, function: u32, arguments: &[u8]) -> &[u8] {
        self.solution.call(fresh, function, arguments)
    }
}

impl<M: Make> Default for Instance<M> {
    fn default() -> Self {
        Self::new()
    }
}

/// An [`Instance`] whose type is forgotten.
pub(crate) struct Solution {
    make: fn() -> Box<dyn Dispatch>,
    instance: Option<Box<dyn Dispatch>>,
    reply: Encoder,
}

/// [`Contract::dispatch`] of any contract.
trait Dispatch {
    fn dispatch(&mut self, function: u32, arguments: Decoder<'_>, answer: &mut Encoder) -> Result<(), WireError>;
}

impl<C: Contract + ?Sized> Dispatch for Box<C> {
    fn dispatch(&mut self, function: u32, arguments: Decoder<'_>, answer: &mut Encoder) -> Result<(), WireError> {
        (**self).dispatch(function, arguments, answer)
    }
}

impl Solution {
    pub(crate) fn of<M: Make>() -> Self {
        Self::new(|| Box::new(M::make()))
    }

    fn new(make: fn() -> Box<dyn Dispatch>) -> Self {
        Self {
            make,
            instance: None,
            reply: Encoder::new(),
        }
    }

    pub(crate) fn call(&mut self, fresh: bool, function: u32, arguments: &[u8]) -> &[u8] {
        if fresh {
            self.end();
        }
        self.reply.clear();
        Reply::start_returned(&mut self.reply);
        let failure = match panic::catch(|| self.dispatch(function, arguments)) {
            Ok(Ok(())) => return self.reply.bytes(),
            Ok(Err(error)) => Reply::BadCall(error.to_string()),
            Err(panic) => panicked(panic),
        };
        self.reply.clear();
        failure.encode(&mut self.reply);
        self.reply.bytes()
    }

    fn dispatch(&mut self, function: u32, arguments: &[u8]) -> Result<(), WireError> {
        let instance = self.instance.get_or_insert_with(self.make);
        instance.dispatch(function, Decoder::new(arguments), &mut self.reply)
    }

    /// Ends the instance. A panic of its `Drop` answers no call.
    fn end(&mut self) {
        if let Some(instance) = self.instance.take() {
            let _ = panic::catch(|| drop(instance));
        }
    }
}

impl Drop for Solution {
    fn drop(&mut self) {
        self.end();
    }
}

fn panicked(panic: Panic) -> Reply<'static> {
    if panic.is_not_implemented() {
        return Reply::NotImplemented { place: panic.place };
    }
    Reply::Panicked {
        message: panic.message,
        place: panic.place,
    }
}
