//! Values of the contract's types as the engine holds them, and their wire form.
//!
//! A [`Value`] alone does not know its type; what [`Value::decode`] gives is of the type it was asked for. It takes at most
//! about 150 bytes of memory for each byte of its wire form and each level of its type.

use crate::decoder::{Decoder, MAX_DEPTH, WireError};
use crate::encoder::Encoder;
use crate::types::Type;
use crate::wire::Wire;

/// A value of any [`Type`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A `bool`.
    Bool(bool),
    /// Any integer.
    Integer(i128),
    /// An `f64`, or an `f32` widened, which is exact but for the payload of a NaN: a signalling one becomes quiet.
    Real(f64),
    /// A `char`.
    Char(char),
    /// A text.
    Text(String),
    /// A list or array of `f64`; no other list is one, and no list of `f64` is a [`Value::List`].
    Reals(Vec<f64>),
    /// A list or array of anything else.
    List(Vec<Value>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// An `Option`.
    Option(Option<Box<Value>>),
    /// A `Result`.
    Result(Result<Box<Value>, Box<Value>>),
}

impl Value {
    /// Appends the wire form as a value of this type. As an `f32`, a real is rounded to the nearest.
    ///
    /// # Errors
    /// When the value is not of this type. What was appended by then is of no use.
    pub fn encode(&self, ty: &Type, encoder: &mut Encoder) -> Result<(), WireError> {
        match (self, ty) {
            (Self::Bool(bool), Type::Bool) => encoder.byte(u8::from(*bool)),
            (Self::Integer(integer), Type::Integer(ty)) => ty.write(*integer, encoder)?,
            (Self::Real(real), Type::F64) => encoder.f64(*real),
            (Self::Real(real), Type::F32) => (*real as f32).encode(encoder),
            (Self::Char(char), Type::Char) => char.encode(encoder),
            (Self::Text(text), Type::Text) => encoder.text(text),
            (Self::Reals(_) | Self::List(_), Type::List(item)) => self.encode_items(item, encoder)?,
            (Self::Reals(_) | Self::List(_), Type::Array(item, length)) => {
                expect_length(self.count(), *length)?;
                self.encode_items(item, encoder)?;
            }
            (Self::Tuple(members), Type::Tuple(types)) => encode_members(members, types, encoder)?,
            (Self::Option(option), Type::Option(some)) => {
                encoder.byte(u8::from(option.is_some()));
                option.iter().try_for_each(|value| value.encode(some, encoder))?;
            }
            (Self::Result(result), Type::Result(ok, err)) => {
                encoder.byte(u8::from(result.is_ok()));
                match result {
                    Ok(value) => value.encode(ok, encoder)?,
                    Err(value) => value.encode(err, encoder)?,
                }
            }
            _ => return Err(WireError::Invalid("a value of another type")),
        }
        Ok(())
    }

    /// Reads a value of this type.
    ///
    /// # Errors
    /// When the bytes are not of this type.
    pub fn decode(ty: &Type, decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        Self::decode_within(ty, decoder, MAX_DEPTH)
    }

    /// Reads a value of this type that takes all of the bytes.
    ///
    /// # Errors
    /// When the bytes are not of this type, or more than that.
    pub fn from_bytes(ty: &Type, bytes: &[u8]) -> Result<Self, WireError> {
        let mut decoder = Decoder::new(bytes);
        let value = Self::decode(ty, &mut decoder)?;
        decoder.finish()?;
        Ok(value)
    }

    /// How many items a list or an array has.
    fn count(&self) -> usize {
        match self {
            Self::Reals(reals) => reals.len(),
            Self::List(items) => items.len(),
            Self::Bool(_)
            | Self::Integer(_)
            | Self::Real(_)
            | Self::Char(_)
            | Self::Text(_)
            | Self::Tuple(_)
            | Self::Option(_)
            | Self::Result(_) => 0,
        }
    }

    fn encode_items(&self, item: &Type, encoder: &mut Encoder) -> Result<(), WireError> {
        encoder.length(self.count());
        match (self, item) {
            (Self::Reals(reals), Type::F64) => encoder.f64s(reals),
            (Self::List(items), item) if *item != Type::F64 => {
                items.iter().try_for_each(|value| value.encode(item, encoder))?;
            }
            _ => return Err(WireError::Invalid("a list of another type")),
        }
        Ok(())
    }

    fn decode_within(ty: &Type, decoder: &mut Decoder<'_>, depth: usize) -> Result<Self, WireError> {
        let depth = depth.checked_sub(1).ok_or(WireError::TooDeep)?;
        let boxed = |ty, decoder: &mut Decoder<'_>| Self::decode_within(ty, decoder, depth).map(Box::new);
        Ok(match ty {
            Type::Bool => Self::Bool(decoder.bool()?),
            Type::Integer(ty) => Self::Integer(ty.read(decoder)?),
            Type::F64 => Self::Real(decoder.f64()?),
            Type::F32 => Self::Real(f32::decode(decoder)?.into()),
            Type::Char => Self::Char(char::decode(decoder)?),
            Type::Text => Self::Text(decoder.text()?),
            Type::List(item) => {
                let count = decoder.length()?;
                Self::decode_items(item, count, decoder, depth)?
            }
            Type::Array(item, length) => {
                let count = decoder.length()?;
                expect_length(count, *length)?;
                Self::decode_items(item, count, decoder, depth)?
            }
            Type::Tuple(types) => Self::Tuple(decode_members(types, decoder, depth)?),
            Type::Option(some) => Self::Option(decoder.bool()?.then(|| boxed(some, decoder)).transpose()?),
            Type::Result(ok, err) => Self::Result(if decoder.bool()? {
                Ok(boxed(ok, decoder)?)
            } else {
                Err(boxed(err, decoder)?)
            }),
        })
    }

    fn decode_items(item: &Type, count: usize, decoder: &mut Decoder<'_>, depth: usize) -> Result<Self, WireError> {
        if *item == Type::F64 {
            return decoder.f64s(count).map(Self::Reals);
        }
        let items = (0..count).map(|_| Self::decode_within(item, decoder, depth));
        items.collect::<Result<_, _>>().map(Self::List)
    }
}

fn encode_members(members: &[Value], types: &[Type], encoder: &mut Encoder) -> Result<(), WireError> {
    if members.len() != types.len() {
        return Err(WireError::Invalid("a tuple of another length"));
    }
    if types.is_empty() {
        ().encode(encoder);
    }
    let mut members = members.iter().zip(types);
    members.try_for_each(|(member, ty)| member.encode(ty, encoder))
}

fn decode_members(types: &[Type], decoder: &mut Decoder<'_>, depth: usize) -> Result<Vec<Value>, WireError> {
    if types.is_empty() {
        <()>::decode(decoder)?;
    }
    // The memory asked for is less than what the types take already; growing step by step would ask for more.
    let mut members = Vec::with_capacity(types.len());
    for ty in types {
        members.push(Value::decode_within(ty, decoder, depth)?);
    }
    Ok(members)
}

fn expect_length(got: usize, want: u32) -> Result<(), WireError> {
    if got == want as usize {
        Ok(())
    } else {
        Err(WireError::Invalid("an array of another length"))
    }
}
