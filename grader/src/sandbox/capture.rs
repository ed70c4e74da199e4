//! What a child prints: the beginning is kept, and the end, where the last words are; between them only a count.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};

use rustix::process::Pid;

/// A child that prints more than this many bytes is killed.
pub const MAX_OUTPUT: u64 = 64 << 20;

/// Bytes of the end that are kept.
const TAIL: usize = 2048;

/// Bytes of one read: what a pipe holds.
const CHUNK: usize = 64 << 10;

/// The capped text of one stream.
#[derive(Debug)]
pub struct Capture {
    keep: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
}

impl Capture {
    /// Keeps this many bytes of the beginning.
    #[must_use]
    pub fn new(keep: usize) -> Self {
        Self {
            keep,
            head: Vec::new(),
            tail: VecDeque::new(),
            total: 0,
        }
    }

    /// The beginning, as bytes.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The end, as text.
    #[must_use]
    pub fn tail(&self) -> String {
        let (front, back) = self.tail.as_slices();
        String::from_utf8_lossy(&[front, back].concat()).into_owned()
    }

    /// Bytes printed, kept or not.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The beginning as text, and how much was left out.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from_utf8_lossy(&self.head).into_owned();
        let dropped = self.total - self.head.len() as u64;
        if dropped > 0 {
            text.push_str(&format!("\n[{dropped} more bytes not kept]\n"));
        }
        text
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let room = self.keep - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.tail.extend(&bytes[bytes.len().saturating_sub(TAIL)..]);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
    }

    /// Goes on with what another has captured.
    pub(crate) fn append(&mut self, other: &Self) {
        let room = self.keep - self.head.len();
        self.head.extend_from_slice(&other.head[..other.head.len().min(room)]);
        self.tail.clone_from(&other.tail);
        self.total += other.total;
    }

    /// Takes the number of the process out of what the standard library has printed: it is another one in every run.
    pub(crate) fn forget(&mut self, pid: Pid) {
        let numbered = format!("thread 'main' ({})", pid.as_raw_pid());
        // What is no text is left as it is.
        let Ok(text) = str::from_utf8(&self.head) else {
            return;
        };
        let head = text.replace(&numbered, "thread 'main'").into_bytes();
        self.total -= (self.head.len() - head.len()) as u64;
        self.head = head;
    }

    /// Reads once from a pipe that does not block.
    pub(crate) fn read(&mut self, pipe: &mut impl Read) -> Reading {
        let mut chunk = [0; CHUNK];
        let reading = read_some(pipe, &mut chunk);
        if let Reading::Some(count) = reading {
            self.push(&chunk[..count]);
        }
        reading
    }

    /// Reads what a dead child has left in the pipe.
    pub(crate) fn read_rest(&mut self, pipe: &mut impl Read) {
        // A descendant that got away could write forever; the pipe itself holds far less than this.
        for _ in 0..64 {
            if !matches!(self.read(pipe), Reading::Some(_)) {
                return;
            }
        }
    }
}

/// What one read from a pipe gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// So many bytes.
    Some(usize),
    /// Nothing for now.
    Empty,
    /// Nothing any more.
    Ended,
}

/// Reads once from a pipe that does not block.
pub(crate) fn read_some(pipe: &mut impl Read, buffer: &mut [u8]) -> Reading {
    loop {
        match pipe.read(buffer) {
            Ok(0) => return Reading::Ended,
            Ok(count) => return Reading::Some(count),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Reading::Empty,
            Err(_) => return Reading::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        let mut capture = Capture::new(4);
        for chunk in ["abc", "def", "ghi"] {
            capture.push(chunk.as_bytes());
        }
        assert_eq!(capture.head(), b"abcd");
        assert_eq!(capture.tail(), "abcdefghi");
        assert_eq!(capture.text(), "abcd\n[5 more bytes not kept]\n");
    }

    #[test]
    fn memory_stays_flat_whatever_is_printed() {
        let mut capture = Capture::new(16);
        for _ in 0..1000 {
            capture.push(&[b'x'; 5000]);
        }
        capture.push("the end".as_bytes());
        assert_eq!(capture.head().len(), 16);
        assert_eq!(capture.tail().len(), TAIL);
        assert!(capture.tail().ends_with("xthe end"));
        assert_eq!(capture.total(), 5_000_007);
    }

    #[test]
    fn a_process_has_no_number_in_what_it_printed() {
        let mut capture = Capture::new(100);
        capture.push(b"\nthread 'main' (1) has overflowed its stack (1)\n");
        capture.forget(Pid::INIT);
        assert_eq!(capture.text(), "\nthread 'main' has overflowed its stack (1)\n");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_replacements() {
        let mut capture = Capture::new(16);
        capture.push(&[b'a', 0xff, b'b']);
        assert_eq!(capture.text(), "a\u{fffd}b");
    }
}
