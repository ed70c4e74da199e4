//! A tar archive, member by member, as it comes.

use std::io::{self, Read};

use ::tar::{Archive, EntryType};

use super::damaged;
use super::member::{Members, What};
use crate::discover::Problem;

/// How much more than what is unpacked may be read through: what is left out has to be inflated too.
const PASSED: u64 = 8;

/// Fails when there is more to read than there may be.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("there is too much in it"))?;
        Ok(read)
    }
}

pub(super) fn unpack(stream: impl Read, members: &mut Members<'_>) -> Result<(), Problem> {
    let left = members.limits().bytes * PASSED;
    let mut archive = Archive::new(Bounded { inner: stream, left });
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let what = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => What::File,
            EntryType::Directory => What::Folder,
            // The archive's own remarks, such as git's.
            EntryType::XGlobalHeader => continue,
            _ => What::Special,
        };
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if let Some(to) = members.admit(&name, what)? {
            members.place(&to, what, &mut entry)?;
        }
    }
    Ok(())
}
