//! Values of the contract's types as the engine holds them, and their wire form.
//!
//! A [`Value`] alone does not know its type; what [`Value::decode`] gives is of the type it was asked for.

use crate::types::Type;
use crate::wire::{Decoder, Encoder, MAX_DEPTH, WireError};

/// A value of any [`Type`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A `bool`.
    Bool(bool),
    /// Any integer.
    Integer(i128),
    /// An `f64`, or an `f32` widened.
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
    /// Appends the wire form as a value of this type.
    ///
    /// # Errors
    /// When the value is not of this type. What was appended by then is of no use.
    pub fn encode(&self, ty: &Type, encoder: &mut Encoder) -> Result<(), WireError> {
        match (self, ty) {
            (Self::Bool(bool), Type::Bool) => encoder.byte(u8::from(*bool)),
            (Self::Integer(integer), Type::Integer(integer_type)) => {
                let (least, most) = integer_type.range();
                if !(least..=most).contains(integer) {
                    return Err(WireError::Invalid("an integer out of range"));
                }
                encoder.raw(&integer.to_le_bytes()[..integer_type.width()]);
            }
            (Self::Real(real), Type::F64) => encoder.f64(*real),
            (Self::Real(real), Type::F32) => encoder.raw(&(*real as f32).to_bits().to_le_bytes()),
            (Self::Char(char), Type::Char) => encoder.raw(&u32::from(*char).to_le_bytes()),
            (Self::Text(text), Type::Text) => encoder.text(text),
            (Self::Reals(reals), Type::List(item)) if **item == Type::F64 => {
                encoder.length(reals.len());
                encoder.f64s(reals);
            }
            (Self::Reals(reals), Type::Array(item, length)) if **item == Type::F64 => {
                expect_length(reals.len(), *length)?;
                encoder.length(reals.len());
                encoder.f64s(reals);
            }
            (Self::List(items), Type::List(item)) if **item != Type::F64 => {
                encoder.length(items.len());
                items.iter().try_for_each(|value| value.encode(item, encoder))?;
            }
            (Self::List(items), Type::Array(item, length)) if **item != Type::F64 => {
                expect_length(items.len(), *length)?;
                encoder.length(items.len());
                items.iter().try_for_each(|value| value.encode(item, encoder))?;
            }
            (Self::Tuple(members), Type::Tuple(types)) if members.len() == types.len() => {
                if members.is_empty() {
                    encoder.byte(0);
                }
                members
                    .iter()
                    .zip(types)
                    .try_for_each(|(member, ty)| member.encode(ty, encoder))?;
            }
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

    fn decode_within(ty: &Type, decoder: &mut Decoder<'_>, depth: usize) -> Result<Self, WireError> {
        let depth = depth.checked_sub(1).ok_or(WireError::TooDeep)?;
        Ok(match ty {
            Type::Bool => Self::Bool(decoder.bool()?),
            Type::Integer(integer_type) => {
                let bytes = decoder.raw(integer_type.width())?;
                Self::Integer(integer_type.read(bytes))
            }
            Type::F64 => Self::Real(decoder.f64()?),
            Type::F32 => Self::Real(f64::from(f32::from_bits(decoder.u32()?))),
            Type::Char => Self::Char(
                char::from_u32(decoder.u32()?).ok_or(WireError::Invalid("a char that is no Unicode scalar"))?,
            ),
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
            Type::Tuple(types) => {
                if types.is_empty() && decoder.byte()? != 0 {
                    return Err(WireError::Invalid("a unit that is not 0"));
                }
                let members = types.iter().map(|ty| Self::decode_within(ty, decoder, depth));
                Self::Tuple(members.collect::<Result<_, _>>()?)
            }
            Type::Option(some) => {
                let value = decoder
                    .bool()?
                    .then(|| Self::decode_within(some, decoder, depth))
                    .transpose()?;
                Self::Option(value.map(Box::new))
            }
            Type::Result(ok, err) => Self::Result(if decoder.bool()? {
                Ok(Box::new(Self::decode_within(ok, decoder, depth)?))
            } else {
                Err(Box::new(Self::decode_within(err, decoder, depth)?))
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

fn expect_length(got: usize, want: u32) -> Result<(), WireError> {
    if got == want as usize {
        Ok(())
    } else {
        Err(WireError::Invalid("an array of another length"))
    }
}
