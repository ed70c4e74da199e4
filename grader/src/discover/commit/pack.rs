//! A commit in a pack: found by the pack's index (version 2), inflated where it lies.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::{Hash, inflate, inside, open};
use crate::discover::folder::list;

/// The most packs that are looked into.
const MAX_PACKS: usize = 200;

const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];

/// Where the hashes begin: after the magic number and how many hashes there are up to each first byte.
const HASHES: u64 = 8 + 256 * 4;

/// What a pack calls a commit.
const COMMIT: u8 = 1;

/// The text of a commit in one of the packs.
pub(super) fn commit(git: &Path, hash: &Hash) -> Result<String, String> {
    let folder = inside(git, "objects/pack").map_err(|_| "its commit is not there")?;
    let names = list(&folder).unwrap_or_default().into_iter().map(|entry| entry.name);
    let names = names.filter_map(|name| name.into_string().ok());
    for name in names.filter(|name| name.ends_with(".idx")).take(MAX_PACKS) {
        let mut index = open(git, &format!("objects/pack/{name}"))?;
        let Some(offset) = find(&mut index, hash) else {
            continue;
        };
        let name = name.replace(".idx", ".pack");
        let pack = open(git, &format!("objects/pack/{name}"))?;
        return read(pack, offset).ok_or("its pack is damaged")?;
    }
    Err("its commit is not there".to_owned())
}

/// Where in its pack an object lies, if it does.
fn find(index: &mut File, hash: &Hash) -> Option<u64> {
    if bytes_at::<8>(index, 0)? != MAGIC {
        return None;
    }
    let up_to = |index: &mut File, byte: u8| number_at(index, 8 + u64::from(byte) * 4);
    let mut low = match hash[0].checked_sub(1) {
        Some(before) => up_to(index, before)?,
        None => 0,
    };
    let (mut high, count) = (up_to(index, hash[0])?, up_to(index, 255)?);
    while low < high {
        let middle = low + (high - low) / 2;
        match bytes_at::<20>(index, HASHES + middle * 20)?.cmp(hash) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return offset(index, middle, count),
        }
    }
    None
}

/// After the hashes come checksums of four bytes each, then the offsets; the large ones stand in a list of their own.
fn offset(index: &mut File, at: u64, count: u64) -> Option<u64> {
    const LARGE: u64 = 1 << 31;
    let offsets = HASHES + count * 24;
    let offset = number_at(index, offsets + at * 4)?;
    if offset < LARGE {
        return Some(offset);
    }
    let large = offsets + count * 4 + (offset - LARGE) * 8;
    bytes_at(index, large).map(u64::from_be_bytes)
}

/// The object at a place in a pack; nothing when the pack does not go so far.
fn read(mut pack: File, offset: u64) -> Option<Result<String, String>> {
    pack.seek(SeekFrom::Start(offset)).ok()?;
    let mut byte = [0];
    pack.read_exact(&mut byte).ok()?;
    let kind = byte[0] >> 4 & 7;
    // The size follows, seven bits in a byte, and is not needed. No size has more bytes than these.
    for _ in 0..10 {
        if byte[0] & 0x80 != 0 {
            pack.read_exact(&mut byte).ok()?;
        }
    }
    Some(match kind {
        COMMIT => inflate(pack),
        _ => Err("it is packed as a difference from another one".to_owned()),
    })
}

fn number_at(file: &mut File, at: u64) -> Option<u64> {
    bytes_at(file, at).map(|bytes| u64::from(u32::from_be_bytes(bytes)))
}

fn bytes_at<const N: usize>(file: &mut File, at: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    file.seek(SeekFrom::Start(at)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}
