//! How a function's parameters are made from what came over the wire: each converts through an owned half, so that
//! references, also inside an `Option` or a tuple, need no special case.

use crate::decoder::{Decoder, WireError};
use crate::types::Type;
use crate::wire::Wire;

/// A parameter type of a contract's function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a contract's function",
    label = "not supported in a contract",
    note = "supported: bool, integers but u128, f32, f64, char, String, Vec, arrays, tuples of up to 6, Option, Result, \
            and & of these, &str and &[T]"
)]
pub trait Argument<'a>: Sized {
    /// The half that is read from the wire and lives as long as the call.
    type Owned: Wire;

    /// The argument, made from its owned half.
    fn lend(owned: &'a Self::Owned) -> Self;

    /// What the owned half is in a signature.
    fn describe() -> Type {
        Self::Owned::describe()
    }

    /// Reads the owned half.
    ///
    /// # Errors
    /// When the bytes are not of its type.
    fn read(decoder: &mut Decoder<'_>) -> Result<Self::Owned, WireError> {
        Self::Owned::decode(decoder)
    }
}

impl<'a, T: Wire> Argument<'a> for &'a T {
    type Owned = T;

    fn lend(owned: &'a T) -> Self {
        owned
    }
}

impl<'a, T: Wire> Argument<'a> for &'a [T] {
    type Owned = Vec<T>;

    fn lend(owned: &'a Vec<T>) -> Self {
        owned
    }
}

impl<'a> Argument<'a> for &'a str {
    type Owned = String;

    fn lend(owned: &'a String) -> Self {
        owned
    }
}

macro_rules! by_clone {
    ($([$($generics:tt)*] $ty:ty),* $(,)?) => {$(
        impl<'a, $($generics)*> Argument<'a> for $ty {
            type Owned = $ty;

            fn lend(owned: &'a $ty) -> Self {
                owned.clone()
            }
        }
    )*};
}

by_clone! {
    [] bool, [] i8, [] i16, [] i32, [] i64, [] i128, [] isize, [] u8, [] u16, [] u32, [] u64, [] usize,
    [] f32, [] f64, [] char, [] String,
    [T: Wire + Clone] Vec<T>,
    [T: Wire + Clone, const N: usize] [T; N],
}

impl<'a, A: Argument<'a>> Argument<'a> for Option<A> {
    type Owned = Option<A::Owned>;

    fn lend(owned: &'a Self::Owned) -> Self {
        owned.as_ref().map(A::lend)
    }
}

impl<'a, A: Argument<'a>, B: Argument<'a>> Argument<'a> for Result<A, B> {
    type Owned = Result<A::Owned, B::Owned>;

    fn lend(owned: &'a Self::Owned) -> Self {
        match owned {
            Ok(ok) => Ok(A::lend(ok)),
            Err(err) => Err(B::lend(err)),
        }
    }
}

macro_rules! tuples {
    ($(($($member:ident $index:tt),*)),* $(,)?) => {$(
        impl<'a, $($member: Argument<'a>),*> Argument<'a> for ($($member,)*) {
            type Owned = ($($member::Owned,)*);

            #[allow(clippy::unused_unit, reason = "the empty tuple takes nothing from its owned half")]
            fn lend(_owned: &'a Self::Owned) -> Self {
                ($($member::lend(&_owned.$index),)*)
            }
        }
    )*};
}

tuples! {
    (), (A 0), (A 0, B 1), (A 0, B 1, C 2), (A 0, B 1, C 2, D 3), (A 0, B 1, C 2, D 3, E 4),
    (A 0, B 1, C 2, D 3, E 4, F 5),
}
