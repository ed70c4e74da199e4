//! The wire form: flat, little-endian, without tags, since both sides know the type of what comes next.
//!
//! Every value takes at least one byte (also `()`), so that a declared length can never exceed the bytes that follow it,
//! and nothing is allocated that is not backed by input. `f64` travels as its bits; a list of them as one block.

use crate::decoder::{Decoder, WireError};
use crate::encoder::Encoder;
use crate::types::{IntegerType, Type};

/// A Rust type that can cross the boundary by value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cross the boundary between the grader and a submission",
    label = "not supported in a contract",
    note = "supported: bool, integers but u128, f32, f64, char, String, Vec, arrays, tuples of up to 6, Option, Result, \
            and & of these, &str and &[T]"
)]
pub trait Wire: Sized {
    /// What this type is in a signature.
    fn describe() -> Type;

    /// Appends the wire form.
    fn encode(&self, encoder: &mut Encoder);

    /// Reads it back.
    ///
    /// # Errors
    /// When the bytes are not of this type.
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError>;

    /// Appends the items of a list; `f64` does so in one block.
    #[doc(hidden)]
    fn encode_items(items: &[Self], encoder: &mut Encoder) {
        items.iter().for_each(|item| item.encode(encoder));
    }

    /// Reads the items of a list, whose count [`Decoder::length`] has bounded.
    #[doc(hidden)]
    fn decode_items(count: usize, decoder: &mut Decoder<'_>) -> Result<Vec<Self>, WireError> {
        (0..count).map(|_| Self::decode(decoder)).collect()
    }
}

macro_rules! integers {
    ($($rust:ty as $wire:ty => $variant:ident),* $(,)?) => {$(
        impl Wire for $rust {
            fn describe() -> Type {
                Type::Integer(IntegerType::$variant)
            }

            fn encode(&self, encoder: &mut Encoder) {
                encoder.raw(&(*self as $wire).to_le_bytes());
            }

            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
                let wide = decoder.array().map(<$wire>::from_le_bytes)?;
                <$rust>::try_from(wide).map_err(|_| WireError::Invalid("an integer out of range"))
            }
        }
    )*};
}

integers! {
    i8 as i8 => I8, i16 as i16 => I16, i32 as i32 => I32, i64 as i64 => I64, i128 as i128 => I128, isize as i64 => Isize,
    u8 as u8 => U8, u16 as u16 => U16, u32 as u32 => U32, u64 as u64 => U64, usize as u64 => Usize,
}

impl Wire for bool {
    fn describe() -> Type {
        Type::Bool
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.byte(u8::from(*self));
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        decoder.bool()
    }
}

impl Wire for f64 {
    fn describe() -> Type {
        Type::F64
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.f64(*self);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        decoder.f64()
    }

    fn encode_items(items: &[Self], encoder: &mut Encoder) {
        encoder.f64s(items);
    }

    fn decode_items(count: usize, decoder: &mut Decoder<'_>) -> Result<Vec<Self>, WireError> {
        decoder.f64s(count)
    }
}

impl Wire for f32 {
    fn describe() -> Type {
        Type::F32
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(&self.to_bits().to_le_bytes());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        decoder.u32().map(f32::from_bits)
    }
}

impl Wire for char {
    fn describe() -> Type {
        Type::Char
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(&u32::from(*self).to_le_bytes());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        char::from_u32(decoder.u32()?).ok_or(WireError::Invalid("a char that is no Unicode scalar"))
    }
}

impl Wire for String {
    fn describe() -> Type {
        Type::Text
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        decoder.text()
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn describe() -> Type {
        T::describe().list()
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.length(self.len());
        T::encode_items(self, encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        let count = decoder.length()?;
        T::decode_items(count, decoder)
    }
}

impl<T: Wire, const N: usize> Wire for [T; N] {
    fn describe() -> Type {
        Type::Array(
            Box::new(T::describe()),
            u32::try_from(N).expect("an array of fewer than 2^32 items"),
        )
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.length(N);
        T::encode_items(self, encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        let another_length = WireError::Invalid("an array of another length");
        if decoder.length()? != N {
            return Err(another_length);
        }
        T::decode_items(N, decoder)?.try_into().map_err(|_| another_length)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn describe() -> Type {
        Type::Option(Box::new(T::describe()))
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.byte(u8::from(self.is_some()));
        if let Some(some) = self {
            some.encode(encoder);
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        decoder.bool()?.then(|| T::decode(decoder)).transpose()
    }
}

impl<T: Wire, E: Wire> Wire for Result<T, E> {
    fn describe() -> Type {
        Type::Result(Box::new(T::describe()), Box::new(E::describe()))
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.byte(u8::from(self.is_ok()));
        match self {
            Ok(ok) => ok.encode(encoder),
            Err(err) => err.encode(encoder),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        if decoder.bool()? {
            T::decode(decoder).map(Ok)
        } else {
            E::decode(decoder).map(Err)
        }
    }
}

impl Wire for () {
    fn describe() -> Type {
        Type::Tuple(Vec::new())
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.byte(0);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        match decoder.byte()? {
            0 => Ok(()),
            _ => Err(WireError::Invalid("a unit that is not 0")),
        }
    }
}

macro_rules! tuples {
    ($(($($member:ident $index:tt),+)),* $(,)?) => {$(
        impl<$($member: Wire),+> Wire for ($($member,)+) {
            fn describe() -> Type {
                Type::Tuple(vec![$($member::describe()),+])
            }

            fn encode(&self, encoder: &mut Encoder) {
                $(self.$index.encode(encoder);)+
            }

            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
                Ok(($($member::decode(decoder)?,)+))
            }
        }
    )*};
}

tuples! {
    (A 0), (A 0, B 1), (A 0, B 1, C 2), (A 0, B 1, C 2, D 3), (A 0, B 1, C 2, D 3, E 4), (A 0, B 1, C 2, D 3, E 4, F 5),
}
