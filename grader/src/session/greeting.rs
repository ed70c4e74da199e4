//! What a worker says before it answers calls: what holds it back, which is to be believed, and what its library is, which
//! is the submission's word.

use super::judge::Cause;
use crate::sandbox::{Isolation, Level};
use crate::worker::{LOADED, READY, UNUSABLE};

/// The longest reason that is kept for why a library cannot be used.
const MAX_REASON: usize = 2048;

/// What holds a worker back, in its first frame. It comes before any of the submission's code has run.
pub(super) fn ready(frame: &[u8], isolation: Isolation) -> Result<Level, Cause> {
    let level = frame.strip_prefix(READY).and_then(Level::from_bytes);
    let not_ready = |why: &str| Cause::NotReady(why.to_owned());
    let level = level.ok_or_else(|| not_ready("it says something else first"))?;
    match isolation {
        Isolation::Required if !level.is_sound() => Err(not_ready("it is not confined")),
        Isolation::Required | Isolation::BestEffort => Ok(level),
    }
}

/// The signature in a worker's second frame.
pub(super) fn loaded<'a>(frame: &'a [u8], contract: Option<&[u8]>) -> Result<&'a [u8], Cause> {
    match frame.split_first() {
        Some((&LOADED, signature)) if contract.is_none_or(|contract| contract == signature) => Ok(signature),
        Some((&LOADED, _)) => Err(Cause::Unusable("the library is one of another contract".to_owned())),
        Some((&UNUSABLE, reason)) => {
            let reason = String::from_utf8_lossy(&reason[..reason.len().min(MAX_REASON)]);
            Err(Cause::Unusable(reason.into_owned()))
        }
        Some(_) | None => Err(Cause::Unusable("the library does not say what it is".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_ready_when_it_says_how_and_that_is_enough() {
        let frame = |level: &[u8]| [READY, level].concat();
        let not_ready = |why: &str| Err(Cause::NotReady(why.to_owned()));
        let sound = Level {
            landlock: 1,
            seccomp: true,
        };
        for (frame, isolation, expected) in [
            (frame(&[1, 1]), Isolation::Required, Ok(sound)),
            (frame(&[0, 1]), Isolation::Required, not_ready("it is not confined")),
            (frame(&[9, 0]), Isolation::Required, not_ready("it is not confined")),
            (frame(&[0, 0]), Isolation::BestEffort, Ok(Level::default())),
            (
                frame(&[1]),
                Isolation::BestEffort,
                not_ready("it says something else first"),
            ),
            (
                b"hello".to_vec(),
                Isolation::BestEffort,
                not_ready("it says something else first"),
            ),
        ] {
            assert_eq!(ready(&frame, isolation), expected, "{frame:?}");
        }
    }

    #[test]
    fn a_library_is_what_its_signature_says_or_of_no_use() {
        let unusable = |why: &str| Err(Cause::Unusable(why.to_owned()));
        let nameless = unusable("the library does not say what it is");
        for (frame, contract, expected) in [
            (&[LOADED, 7, 8][..], None, Ok(&[7, 8][..])),
            (&[LOADED, 7, 8], Some(&[7, 8][..]), Ok(&[7, 8])),
            (
                &[LOADED, 7],
                Some(&[7, 8]),
                unusable("the library is one of another contract"),
            ),
            (&[UNUSABLE, b'n', b'o'], None, unusable("no")),
            (&[77], None, nameless.clone()),
            (&[], None, nameless),
        ] {
            assert_eq!(loaded(frame, contract), expected, "{frame:?}");
        }
        let long = [&[UNUSABLE][..], &[b'x'; 10_000]].concat();
        assert_eq!(loaded(&long, None), unusable(&"x".repeat(MAX_REASON)));
    }
}
