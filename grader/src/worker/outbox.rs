//! Replies on their way from the worker to the grader, in a file that outlives the worker.
//!
//! Writing every reply to the pipe at once would cost more than most calls do, so that the worker collects them. It does
//! so in a shared mapping of a file: when the process ends in a later call, the grader takes what the pipe did not bring
//! from there. No reply is lost, and the call in hand is the first one without a reply, exactly.
//!
//! The grader reads the file instead of mapping it: a file that was cut short under a mapping would end the grader. What
//! it reads is as little to be trusted as what comes through the pipe, and as harmless.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::MmapRaw;

/// Bytes of replies that are collected.
const ROOM: usize = 64 << 10;

/// Words before them: how many bytes were sent through the pipe, how many are collected, and the refused system call.
const WORDS: usize = 3;

/// Bytes before them.
const HEADER: usize = WORDS * size_of::<u64>();

/// The refused system call where there is none.
const NONE: u64 = u64::MAX;

/// The grader's end.
#[derive(Debug)]
pub struct Reader {
    file: tempfile::NamedTempFile,
}

impl Reader {
    /// A new file in this folder, which is deleted with the reader.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let file = tempfile::Builder::new().prefix("outbox-").tempfile_in(folder)?;
        file.as_file().set_len((HEADER + ROOM) as u64)?;
        Ok(Self { file })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.file.path().to_owned()
    }

    /// How many bytes of replies the worker has made, by its own account.
    #[must_use]
    pub fn made(&self) -> u64 {
        let [sent, collected, _] = self.header();
        sent.saturating_add(collected)
    }

    /// The number of the system call that ended the worker, by its own account.
    #[must_use]
    pub fn refused(&self) -> Option<u64> {
        let [.., refused] = self.header();
        (refused != NONE).then_some(refused)
    }

    /// What a dead worker has made and not sent; so many bytes came through the pipe.
    #[must_use]
    pub fn rest(&self, received: u64) -> Vec<u8> {
        let [sent, collected, _] = self.header();
        let mut bytes = vec![0; usize::try_from(collected).unwrap_or(usize::MAX).min(ROOM)];
        if self.read(&mut bytes, HEADER as u64).is_err() {
            return Vec::new();
        }
        // It may have died while it was sending.
        let known = usize::try_from(received.saturating_sub(sent)).unwrap_or(usize::MAX);
        bytes.split_off(known.min(bytes.len()))
    }

    /// A file that was cut short says nothing.
    fn header(&self) -> [u64; WORDS] {
        let mut bytes = [[0; size_of::<u64>()]; WORDS];
        match self.read(bytes.as_flattened_mut(), 0) {
            Ok(()) => bytes.map(u64::from_ne_bytes),
            Err(_) => [0, 0, NONE],
        }
    }

    fn read(&self, bytes: &mut [u8], start: u64) -> io::Result<()> {
        let mut file = self.file.as_file();
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(bytes)
    }
}

/// The worker's end.
pub(super) struct Writer {
    sent: &'static AtomicU64,
    collected: &'static AtomicU64,
    #[cfg_attr(
        not(target_os = "linux"),
        allow(dead_code, reason = "no system call is refused here")
    )]
    refused: &'static AtomicU64,
    room: &'static mut [u8],
    pipe: File,
}

impl Writer {
    /// Maps the file for the rest of the process's life; replies go on through this pipe.
    ///
    /// # Errors
    /// When the file is not there or too short.
    pub(super) fn open(path: &Path, pipe: File) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        if file.metadata()?.len() < (HEADER + ROOM) as u64 {
            return Err(io::Error::other("the outbox is too short"));
        }
        let start = Box::leak(Box::new(MmapRaw::map_raw(&file)?)).as_mut_ptr();
        let words = start.cast::<AtomicU64>();
        // SAFETY: the mapping is page-aligned, as long as this, and never unmapped; the four parts do not overlap, and
        // nobody else in this process has them.
        let (sent, collected, refused, room) = unsafe {
            let room = std::slice::from_raw_parts_mut(start.add(HEADER), ROOM);
            (&*words, &*words.add(1), &*words.add(2), room)
        };
        refused.store(NONE, Ordering::Release);
        Ok(Self {
            sent,
            collected,
            refused,
            room,
            pipe,
        })
    }

    /// Where the number of a refused system call goes.
    #[cfg_attr(
        not(target_os = "linux"),
        allow(dead_code, reason = "no system call is refused here")
    )]
    pub(super) fn refused(&self) -> &'static AtomicU64 {
        self.refused
    }

    /// Collects bytes that belong together; they are a reply once all are there.
    pub(super) fn push(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if self.used() + length > ROOM {
            self.flush()?;
        }
        if length > ROOM {
            return parts.iter().try_for_each(|part| self.send(part));
        }
        let start = self.used();
        let mut room = &mut self.room[start..start + length];
        for part in parts {
            let (head, rest) = room.split_at_mut(part.len());
            head.copy_from_slice(part);
            room = rest;
        }
        self.collected.store((start + length) as u64, Ordering::Release);
        Ok(())
    }

    /// Sends what was collected.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let used = self.used();
        self.pipe.write_all(&self.room[..used])?;
        // In this order: who dies in between must not seem to have made the bytes twice.
        self.collected.store(0, Ordering::Release);
        self.sent.fetch_add(used as u64, Ordering::Release);
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.pipe.write_all(bytes)?;
        self.sent.fetch_add(bytes.len() as u64, Ordering::Release);
        Ok(())
    }

    /// A submission may have scribbled on the number.
    fn used(&self) -> usize {
        let collected = self.collected.load(Ordering::Acquire);
        usize::try_from(collected).unwrap_or(ROOM).min(ROOM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Both {
        reader: Reader,
        writer: Writer,
        pipe: io::PipeReader,
        _folder: tempfile::TempDir,
    }

    fn both() -> Both {
        let folder = tempfile::tempdir().unwrap();
        let reader = Reader::create(folder.path()).unwrap();
        let (pipe, replies) = io::pipe().unwrap();
        let replies = file(replies);
        let writer = Writer::open(&reader.path(), replies).unwrap();
        Both {
            reader,
            writer,
            pipe,
            _folder: folder,
        }
    }

    fn file(pipe: io::PipeWriter) -> File {
        #[cfg(unix)]
        let handle = std::os::fd::OwnedFd::from(pipe);
        #[cfg(windows)]
        let handle = std::os::windows::io::OwnedHandle::from(pipe);
        handle.into()
    }

    fn receive(pipe: &mut io::PipeReader, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        pipe.read_exact(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_was_not_sent_can_be_read_from_outside() {
        let mut both = both();
        both.writer.push(&[b"ab", b"", b"c"]).unwrap();
        assert_eq!((both.reader.made(), both.reader.rest(0)), (3, b"abc".to_vec()));
        both.writer.flush().unwrap();
        assert_eq!(receive(&mut both.pipe, 3), b"abc");
        assert_eq!((both.reader.made(), both.reader.rest(3)), (3, Vec::new()));
        both.writer.push(&[b"defg"]).unwrap();
        assert_eq!((both.reader.made(), both.reader.rest(3)), (7, b"defg".to_vec()));
    }

    #[test]
    fn who_dies_while_sending_has_made_nothing_twice() {
        let mut both = both();
        both.writer.push(&[b"abcdef"]).unwrap();
        assert_eq!(both.reader.rest(4), b"ef");
        assert_eq!(both.reader.rest(6), b"");
        assert_eq!(both.reader.rest(100), b"");
    }

    #[test]
    fn what_is_larger_than_the_room_is_sent_behind_what_was_collected() {
        let mut both = both();
        let large = vec![7; ROOM + 1];
        let mut pipe = both.pipe;
        both.writer.push(&[b"first"]).unwrap();
        let reading = std::thread::spawn(move || receive(&mut pipe, ROOM + 6));
        both.writer.push(&[&large]).unwrap();
        let received = reading.join().unwrap();
        assert_eq!(&received[..6], b"first\x07");
        assert_eq!(both.reader.made(), ROOM as u64 + 6);
    }

    #[test]
    fn a_refused_call_is_known_afterwards() {
        let both = both();
        assert_eq!(both.reader.refused(), None);
        both.writer.refused().store(41, Ordering::Release);
        assert_eq!(both.reader.refused(), Some(41));
    }

    #[test]
    fn a_full_room_is_sent() {
        let mut both = both();
        let half = vec![1; ROOM / 2 + 1];
        let (mut pipe, count) = (both.pipe, half.len());
        both.writer.push(&[&half]).unwrap();
        let reading = std::thread::spawn(move || receive(&mut pipe, count));
        both.writer.push(&[&half]).unwrap();
        assert_eq!(reading.join().unwrap(), half);
        assert_eq!(both.reader.rest(half.len() as u64), half);
    }

    // Windows cuts no file short that is mapped.
    #[cfg(unix)]
    #[test]
    fn a_file_cut_short_or_scribbled_on_harms_nobody() {
        let both = both();
        both.writer.collected.store(u64::MAX, Ordering::Release);
        both.writer.sent.store(u64::MAX, Ordering::Release);
        assert_eq!(both.reader.made(), u64::MAX);
        assert_eq!(both.reader.rest(0).len(), ROOM);
        assert_eq!(both.writer.used(), ROOM);
        File::create(both.reader.path()).unwrap();
        assert_eq!((both.reader.made(), both.reader.rest(0)), (0, Vec::new()));
        let (_, replies) = io::pipe().unwrap();
        assert!(Writer::open(&both.reader.path(), file(replies)).is_err());
    }
}
