//! What a submission's library answers to one call.

use crate::decoder::{Decoder, WireError};
use crate::encoder::Encoder;

/// The longest panic message that is kept, in bytes.
const MAX_MESSAGE: usize = 4096;

/// How one call ended inside the library. Whatever ends the process has no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply<'a> {
    /// The function returned; the wire form of its value.
    Returned(&'a [u8]),
    /// It panicked.
    Panicked {
        /// The panic's message, or the empty text when it was none.
        message: String,
        /// `file:line:column`, or the empty text when it is not known.
        place: String,
    },
    /// It is `todo!()` or `unimplemented!()`, at this place.
    NotImplemented {
        /// `file:line:column`, or the empty text when it is not known.
        place: String,
    },
    /// The library could not read the call: the grader's fault.
    BadCall(String),
}

const RETURNED: u8 = 0;
const PANICKED: u8 = 1;
const NOT_IMPLEMENTED: u8 = 2;
const BAD_CALL: u8 = 3;

impl<'a> Reply<'a> {
    /// Appends the first byte of a [`Reply::Returned`]; the value's wire form is to follow.
    pub(crate) fn start_returned(encoder: &mut Encoder) {
        encoder.byte(RETURNED);
    }

    /// Appends the wire form.
    pub fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Returned(value) => {
                encoder.byte(RETURNED);
                encoder.raw(value);
            }
            Self::Panicked { message, place } => {
                encoder.byte(PANICKED);
                encoder.text(cut(message));
                encoder.text(cut(place));
            }
            Self::NotImplemented { place } => {
                encoder.byte(NOT_IMPLEMENTED);
                encoder.text(cut(place));
            }
            Self::BadCall(why) => {
                encoder.byte(BAD_CALL);
                encoder.text(cut(why));
            }
        }
    }

    /// Reads a reply that takes all of the bytes.
    ///
    /// # Errors
    /// When the bytes are no reply.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut decoder = Decoder::new(bytes);
        let reply = match decoder.byte()? {
            RETURNED => return Ok(Self::Returned(decoder.rest())),
            PANICKED => Self::Panicked {
                message: message(&mut decoder)?,
                place: message(&mut decoder)?,
            },
            NOT_IMPLEMENTED => Self::NotImplemented {
                place: message(&mut decoder)?,
            },
            BAD_CALL => Self::BadCall(message(&mut decoder)?),
            _ => return Err(WireError::Invalid("unknown kind of reply")),
        };
        decoder.finish()?;
        Ok(reply)
    }
}

fn message(decoder: &mut Decoder<'_>) -> Result<String, WireError> {
    let text = decoder.text()?;
    if text.len() <= MAX_MESSAGE {
        Ok(text)
    } else {
        Err(WireError::Invalid("a message longer than any is"))
    }
}

/// The text up to the last whole character within [`MAX_MESSAGE`] bytes.
fn cut(text: &str) -> &str {
    let end = (0..=MAX_MESSAGE.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}
