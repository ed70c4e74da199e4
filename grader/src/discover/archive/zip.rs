//! A zip archive, member by member.

use std::borrow::Cow;
use std::io::{Read, Seek};

use ::zip::ZipArchive;
use ::zip::read::ZipFile;
use ::zip::result::ZipError;

use super::member::{Members, What};
use super::{damaged, too_many};
use crate::discover::Problem;

/// What of a file's mode says what it is.
const KIND: u32 = 0o170_000;
const PLAIN: u32 = 0o100_000;

pub(super) fn unpack(file: impl Read + Seek, members: &mut Members<'_>) -> Result<(), Problem> {
    let mut archive = ZipArchive::new(file).map_err(explain)?;
    if archive.len() > members.limits().members {
        return Err(too_many(members.limits().members));
    }
    // The list of members has each name once.
    if archive.has_duplicate_names() {
        return Err(Problem(
            "the archive is refused: it holds two files of one name".to_owned(),
        ));
    }
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(explain)?;
        let (what, encrypted) = (what(&raw), raw.encrypted());
        let Some(to) = members.admit(&name(&raw)?, what)? else {
            continue;
        };
        drop(raw);
        if encrypted {
            return Err(Problem("the archive is encrypted".to_owned()));
        }
        members.place(&to, what, &mut archive.by_index(index).map_err(explain)?)?;
    }
    Ok(())
}

fn what(file: &ZipFile<'_, impl Read>) -> What {
    let kind = file.unix_mode().map_or(0, |mode| mode & KIND);
    if file.is_dir() {
        What::Folder
    } else if file.is_symlink() || (kind != 0 && kind != PLAIN) {
        What::Special
    } else {
        What::File
    }
}

/// Many programs write UTF-8 without saying so. What is not, is read as the archive says.
fn name<'a>(file: &'a ZipFile<'_, impl Read>) -> Result<Cow<'a, str>, Problem> {
    match std::str::from_utf8(file.name_raw()) {
        Ok(name) => Ok(Cow::Borrowed(name)),
        Err(_) => file.name().map_err(explain),
    }
}

fn explain(error: ZipError) -> Problem {
    match error {
        ZipError::InvalidArchive(why) => Problem(format!("the archive is damaged or incomplete ({why})")),
        ZipError::UnsupportedArchive(why) => Problem(format!("the archive cannot be read: {why}")),
        error => damaged(error),
    }
}
