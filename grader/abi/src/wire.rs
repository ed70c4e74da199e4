//! The wire form: flat, little-endian, without tags, since both sides know the type of what comes next.
//!
//! Every value takes at least one byte (also `()`), so that a declared length can never exceed the bytes that follow it,
//! and nothing is allocated that is not backed by input. `f64` travels as its bits; a list of them as one block.

use std::fmt;

use crate::types::{IntegerType, Type};

/// How deep types and values can be nested.
pub const MAX_DEPTH: usize = 32;

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

/// Why bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireError {
    /// The input ended early, or a length exceeds what is left of it.
    TooShort,
    /// Bytes are left after the value.
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Something that this type does not have.
    Invalid(&'static str),
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "the message ends early",
            Self::TooLong => "the message goes on after its end",
            Self::TooDeep => "the message is nested too deeply",
            Self::Invalid(what) => what,
        })
    }
}

impl std::error::Error for WireError {}

/// Appends wire forms to a buffer.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What has been written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What has been written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Forgets what has been written and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Appends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends one byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends a count.
    ///
    /// # Panics
    /// When the count does not fit 32 bits: such a list has no wire form.
    pub fn length(&mut self, length: usize) {
        let length = u32::try_from(length).expect("a list of 2^32 items or more cannot cross the boundary");
        self.raw(&length.to_le_bytes());
    }

    /// Appends a text.
    pub fn text(&mut self, text: &str) {
        self.length(text.len());
        self.raw(text.as_bytes());
    }

    /// Appends the bits of a real number.
    pub fn f64(&mut self, real: f64) {
        self.raw(&real.to_bits().to_le_bytes());
    }

    /// Appends a block of real numbers.
    pub fn f64s(&mut self, reals: &[f64]) {
        self.bytes.reserve(reals.len() * 8);
        reals.iter().for_each(|real| self.f64(*real));
    }
}

/// Reads wire forms; trusts nothing.
#[derive(Debug)]
pub struct Decoder<'a> {
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Reads from these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When bytes are left.
    pub fn finish(self) -> Result<(), WireError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(WireError::TooLong)
        }
    }

    /// All that is left, which ends the reading.
    #[must_use]
    pub fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn raw(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(WireError::TooShort)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(WireError::TooShort)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// One byte.
    ///
    /// # Errors
    /// When none is left.
    pub fn byte(&mut self) -> Result<u8, WireError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A byte that is 0 or 1.
    ///
    /// # Errors
    /// When it is another.
    pub fn bool(&mut self) -> Result<bool, WireError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(WireError::Invalid("a bool that is neither 0 nor 1")),
        }
    }

    /// A number of 32 bits.
    ///
    /// # Errors
    /// When fewer than four bytes are left.
    pub fn u32(&mut self) -> Result<u32, WireError> {
        self.array().map(u32::from_le_bytes)
    }

    /// A count of things that follow, each of one byte at least.
    ///
    /// # Errors
    /// When fewer bytes are left than things were announced.
    pub fn length(&mut self) -> Result<usize, WireError> {
        let length = self.u32()? as usize;
        if length <= self.rest.len() {
            Ok(length)
        } else {
            Err(WireError::TooShort)
        }
    }

    /// A text.
    ///
    /// # Errors
    /// When it is cut or not UTF-8.
    pub fn text(&mut self) -> Result<String, WireError> {
        let length = self.length()?;
        let text =
            std::str::from_utf8(self.raw(length)?).map_err(|_| WireError::Invalid("a text that is not UTF-8"))?;
        Ok(text.to_owned())
    }

    /// The bits of a real number.
    ///
    /// # Errors
    /// When fewer than eight bytes are left.
    pub fn f64(&mut self) -> Result<f64, WireError> {
        self.array().map(|bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }

    /// A block of real numbers.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn f64s(&mut self, count: usize) -> Result<Vec<f64>, WireError> {
        let block = self.raw(count.checked_mul(8).ok_or(WireError::TooShort)?)?;
        let (reals, _) = block.as_chunks::<8>();
        Ok(reals
            .iter()
            .map(|bytes| f64::from_bits(u64::from_le_bytes(*bytes)))
            .collect())
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
        let count = decoder.length()?;
        let items = T::decode_items(count, decoder)?;
        items
            .try_into()
            .map_err(|_| WireError::Invalid("an array of another length"))
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
