//! Takes bytes that nobody vouches for, gives the parts of wire forms. Every read is checked; none panics.

use std::fmt;

/// How deep types and values can be nested.
pub const MAX_DEPTH: usize = 32;

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

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
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
