//! What a child prints: the beginning is kept, and the end, where the last words are; between them only a count.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};
use std::ops::Range;

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

    /// Takes the numbers of threads out of what the standard library says of those that die, since they are others in
    /// every run: `thread 'main' (1234) has overflowed its stack`.
    pub(crate) fn forget_thread_numbers(&mut self) {
        let before = self.head.len();
        let dropped = self.total - before as u64;
        self.head = without_thread_numbers(&self.head);
        // The last words may be among what was not kept, and count by what is left of them.
        let tail = self.tail.make_contiguous();
        let unseen = usize::try_from(dropped).unwrap_or(usize::MAX).min(tail.len());
        let unseen = &tail[tail.len() - unseen..];
        let forgotten = before - self.head.len() + unseen.len() - without_thread_numbers(unseen).len();
        self.total -= forgotten as u64;
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

fn without_thread_numbers(printed: &[u8]) -> Vec<u8> {
    let lines = printed.split_inclusive(|byte| *byte == b'\n');
    let lines = lines.map(|line| match number_in(line) {
        Some(number) => [&line[..number.start], &line[number.end..]].concat(),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().concat()
}

/// Where a line like `thread 'main' (1234) …` has ` (1234)`.
fn number_in(line: &[u8]) -> Option<Range<usize>> {
    let find = |from: usize, text: &[u8]| {
        let found = line[from..].windows(text.len()).position(|window| window == text)?;
        Some(from + found)
    };
    let start = line.starts_with(b"thread '").then(|| find(0, b"' ("))?? + 1;
    let end = find(start, b") ")? + 1;
    let is_number = line[start + 2..end - 1].iter().all(u8::is_ascii_digit);
    is_number.then_some(start..end)
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
    fn the_numbers_of_threads_are_not_in_what_was_printed() {
        for (printed, kept) in [
            (
                "\nthread 'main' (4711) has overflowed its stack (1)\nfatal runtime error\n",
                "\nthread 'main' has overflowed its stack (1)\nfatal runtime error\n",
            ),
            (
                "thread 'it's' (1) panicked at src/lib.rs:1:1:",
                "thread 'it's' panicked at src/lib.rs:1:1:",
            ),
            ("thread 'main' (me) is here", "thread 'main' (me) is here"),
            ("my thread 'main' (1) is here\r\n", "my thread 'main' (1) is here\r\n"),
            ("thread 'main' (1)", "thread 'main' (1)"),
            ("", ""),
        ] {
            let mut capture = Capture::new(100);
            capture.push(printed.as_bytes());
            capture.forget_thread_numbers();
            assert_eq!(capture.text(), kept);
        }
    }

    #[test]
    fn last_words_that_are_not_kept_count_alike_in_every_run() {
        let text = |number: &str| {
            let mut capture = Capture::new(4);
            capture.push(b"much more\n");
            capture.push(format!("thread 'main' ({number}) has overflowed its stack\n").as_bytes());
            capture.forget_thread_numbers();
            capture.text()
        };
        assert_eq!(text("99999"), "much\n[45 more bytes not kept]\n");
        assert_eq!(text("99999"), text("100000"));
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_replacements() {
        let mut capture = Capture::new(16);
        capture.push(&[b'a', 0xff, b'b']);
        assert_eq!(capture.text(), "a\u{fffd}b");
    }
}
