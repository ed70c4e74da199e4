//! Frames: a length of 32 bits, then so many bytes. Calls go one way in them, replies the other.
//!
//! Takes bytes as they arrive, gives whole frames. A length is compared with the cap before anything else happens; what
//! is held never exceeds the bytes that arrived.

use grader_engine::Call;

/// The longest frame that the grader takes from a worker.
pub const MAX_REPLY: usize = 8 << 20;

/// Bytes of a length.
const LENGTH: usize = 4;

/// Bytes before the arguments in a request: whether it is fresh, and the function.
const HEADER: usize = 5;

/// A frame that announces more than the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong(pub usize);

/// Frames from bytes.
#[derive(Debug)]
pub struct Frames {
    bytes: Vec<u8>,
    /// How many of the bytes have been given out.
    taken: usize,
    cap: usize,
}

impl Frames {
    /// No bytes yet; frames up to this long.
    #[must_use]
    pub fn new(cap: usize) -> Self {
        Self {
            bytes: Vec::new(),
            taken: 0,
            cap,
        }
    }

    /// Takes bytes that arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame, if all of it has arrived.
    ///
    /// # Errors
    /// When it is longer than the cap. There is no way to go on after that.
    pub fn take(&mut self) -> Result<Option<&[u8]>, TooLong> {
        let rest = &self.bytes[self.taken..];
        let Some((length, rest)) = rest.split_first_chunk::<LENGTH>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > self.cap {
            return Err(TooLong(length));
        }
        if rest.len() < length {
            return Ok(None);
        }
        let start = self.taken + LENGTH;
        self.taken = start + length;
        Ok(Some(&self.bytes[start..self.taken]))
    }

    /// Whether every byte that arrived has been given out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.taken == self.bytes.len()
    }
}

/// What comes before these parts to make a frame of them.
///
/// # Panics
/// When they are 4 GiB or more.
#[must_use]
pub fn length(parts: &[&[u8]]) -> [u8; LENGTH] {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let length = u32::try_from(length).expect("what crosses the boundary is shorter than 4 GiB");
    length.to_le_bytes()
}

/// Appends a call as a frame.
pub fn write_call(call: &Call, bytes: &mut Vec<u8>) {
    let function = call.function.to_le_bytes();
    let parts: [&[u8]; 3] = [&[u8::from(call.fresh)], &function, &call.arguments];
    bytes.extend_from_slice(&length(&parts));
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
}

/// A call as a frame has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// Whether a fresh instance is to answer.
    pub fresh: bool,
    /// The function's number.
    pub function: u32,
    /// The wire form of its arguments.
    pub arguments: &'a [u8],
}

impl<'a> Request<'a> {
    /// Reads a frame; `None` if it is too short for a call.
    #[must_use]
    pub fn read(frame: &'a [u8]) -> Option<Self> {
        let (&[fresh, a, b, c, d], arguments) = frame.split_first_chunk::<HEADER>()?;
        Some(Self {
            fresh: fresh != 0,
            function: u32::from_le_bytes([a, b, c, d]),
            arguments,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_however_the_bytes_arrive() {
        let mut bytes = Vec::new();
        for parts in [&[b"one".as_slice()][..], &[], &[b"th", b"", b"ree"]] {
            bytes.extend(length(parts));
            bytes.extend(parts.concat());
        }
        for size in 1..=bytes.len() {
            let mut frames = Frames::new(5);
            let mut seen: Vec<Vec<u8>> = Vec::new();
            for chunk in bytes.chunks(size) {
                frames.push(chunk);
                while let Some(frame) = frames.take().unwrap() {
                    seen.push(frame.to_vec());
                }
            }
            assert_eq!(seen, [b"one".as_slice(), b"", b"three"], "in chunks of {size}");
            assert!(frames.is_empty());
        }
    }

    #[test]
    fn a_length_beyond_the_cap_is_refused_before_its_bytes_arrive() {
        for (length, expected) in [
            (10u32, Ok(None)),
            (11, Err(TooLong(11))),
            (u32::MAX, Err(TooLong(4294967295))),
        ] {
            let mut frames = Frames::new(10);
            frames.push(&length.to_le_bytes());
            assert_eq!(frames.take(), expected);
        }
    }

    #[test]
    fn half_a_frame_is_not_empty() {
        let mut frames = Frames::new(10);
        frames.push(&[3, 0]);
        assert_eq!(frames.take(), Ok(None));
        assert!(!frames.is_empty());
    }

    #[test]
    fn a_call_survives_its_frame() {
        let call = Call {
            function: 0x0102_0304,
            arguments: vec![9, 8, 7],
            fresh: true,
        };
        let mut bytes = Vec::new();
        write_call(&call, &mut bytes);
        let mut frames = Frames::new(100);
        frames.push(&bytes);
        let request = Request::read(frames.take().unwrap().unwrap()).unwrap();
        assert_eq!(
            (request.fresh, request.function, request.arguments),
            (call.fresh, call.function, call.arguments.as_slice())
        );
        assert_eq!(Request::read(&[1, 2, 3, 4]), None);
    }
}
