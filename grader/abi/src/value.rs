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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::IntegerType;

    fn wire(value: &Value, ty: &Type) -> Result<Vec<u8>, WireError> {
        let mut encoder = Encoder::new();
        value.encode(ty, &mut encoder)?;
        Ok(encoder.into_bytes())
    }

    fn back(value: &Value, ty: &Type) -> Value {
        let bytes = wire(value, ty).expect("the value is of the type");
        Value::from_bytes(ty, &bytes).expect("it was written so")
    }

    #[test]
    fn an_integer_of_any_type_has_its_range_and_no_more() {
        for integer in IntegerType::ALL {
            let ty = Type::Integer(integer);
            let (least, most) = integer.range();
            for inside in [least, least + 1, 0, 1, most - 1, most] {
                assert_eq!(back(&Value::Integer(inside), &ty), Value::Integer(inside), "{integer}");
            }
            let outside = [least.checked_sub(1), most.checked_add(1)];
            for outside in outside.into_iter().flatten() {
                let error = WireError::Invalid("an integer out of range");
                assert_eq!(wire(&Value::Integer(outside), &ty), Err(error), "{integer}");
            }
        }
    }

    #[test]
    fn a_value_is_of_its_own_type_only() {
        let array = |item: Type, length| Type::Array(Box::new(item), length);
        let boxed = |value| Box::new(value);
        let cases = [
            (Value::Bool(true), Type::Bool),
            (Value::Integer(1), Type::Integer(IntegerType::U8)),
            (Value::Real(1.0), Type::F64),
            (Value::Char('a'), Type::Char),
            (Value::Text("a".to_owned()), Type::Text),
            (Value::Reals(vec![1.0, 2.0]), Type::F64.list()),
            (Value::List(vec![Value::Bool(true)]), Type::Bool.list()),
            (Value::List(vec![Value::Text(String::new())]), array(Type::Text, 1)),
            (Value::Tuple(vec![]), Type::Tuple(vec![])),
            (Value::Tuple(vec![Value::Bool(true)]), Type::Tuple(vec![Type::Bool])),
            (
                Value::Option(Some(boxed(Value::Char('b')))),
                Type::Option(Box::new(Type::Char)),
            ),
            (
                Value::Result(Err(boxed(Value::Char('c')))),
                Type::Result(Box::new(Type::Bool), Box::new(Type::Char)),
            ),
        ];
        for (row, (value, _)) in cases.iter().enumerate() {
            for (column, (_, ty)) in cases.iter().enumerate() {
                assert_eq!(wire(value, ty).is_ok(), row == column, "{value:?} as {ty}");
            }
        }
    }

    #[test]
    fn a_list_of_reals_is_reals() {
        let list = Value::List(vec![Value::Real(1.0)]);
        assert!(wire(&list, &Type::F64.list()).is_err());
        assert!(wire(&Value::Reals(vec![]), &Type::F32.list()).is_err());
        assert!(wire(&Value::List(vec![]), &Type::F64.list()).is_err());
        assert!(wire(&list, &Type::F32.list()).is_ok());
    }

    #[test]
    fn an_array_has_its_length() {
        let array = Type::Array(Box::new(Type::F64), 2);
        assert!(wire(&Value::Reals(vec![1.0; 2]), &array).is_ok());
        for length in [0, 1, 3] {
            assert!(wire(&Value::Reals(vec![1.0; length]), &array).is_err());
        }
    }

    #[test]
    fn a_single_widens_exactly_and_a_real_rounds_to_a_single() {
        for bits in [
            0,
            1,
            0x8000_0000,
            0x007f_ffff,
            0x7f7f_ffff,
            0xff80_0000,
            0.1f32.to_bits(),
        ] {
            let wide = f64::from(f32::from_bits(bits));
            let Value::Real(real) = back(&Value::Real(wide), &Type::F32) else {
                panic!("a single is a real");
            };
            assert_eq!(real.to_bits(), wide.to_bits());
        }
        for (real, single) in [(0.1, f64::from(0.1f32)), (1e300, f64::INFINITY), (-1e-300, -0.0)] {
            assert_eq!(back(&Value::Real(real), &Type::F32), Value::Real(single));
        }
    }

    #[test]
    fn a_signalling_nan_of_a_single_stays_a_nan_of_its_sign() {
        for bits in [0x7f80_0001u32, 0xff80_0001, 0x7fc0_1234] {
            let Ok(Value::Real(real)) = Value::from_bytes(&Type::F32, &bits.to_le_bytes()) else {
                panic!("a single is a real");
            };
            assert!(real.is_nan());
            assert_eq!(real.is_sign_negative(), bits >> 31 == 1);
        }
    }
}
