//! Calls in, replies out, until there are no more calls.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::artifact::Artifact;
use super::frame::{self, Frames, Request};
use super::outbox;
use super::{LOADED, READY, UNUSABLE};
use crate::sandbox::{Level, system};

/// Calls are read in pieces of this size.
const BUFFER: usize = 64 << 10;

/// Both directions of the protocol.
pub(super) struct Link {
    pub(super) requests: File,
    pub(super) replies: outbox::Writer,
}

/// Answers calls and ends the process.
pub(super) fn until_the_end(mut link: Link, level: Level, artifact: &Path) -> ! {
    // What goes wrong with the pipes is known to the grader, which has closed them.
    let _ = link.serve(level, artifact);
    system::leave()
}

/// Says what of a submission's forbidden deeds goes through, and ends the process.
pub(super) fn attempts(mut link: Link, level: Level, grader: u32) -> ! {
    // The grader takes silence for a failure.
    let _ = link.ready(level).and_then(|()| {
        let through = attempted(grader)?.join(", ");
        link.say(&[&[LOADED], through.as_bytes()])?;
        link.replies.flush()
    });
    system::leave()
}

#[cfg(target_os = "linux")]
use super::attempt::all as attempted;

/// Elsewhere nothing is forbidden.
#[cfg(not(target_os = "linux"))]
fn attempted(_grader: u32) -> io::Result<Vec<&'static str>> {
    Ok(Vec::new())
}

impl Link {
    fn ready(&mut self, level: Level) -> io::Result<()> {
        self.say(&[READY, &level.to_bytes()])?;
        self.replies.flush()
    }

    fn serve(&mut self, level: Level, artifact: &Path) -> io::Result<()> {
        self.ready(level)?;
        match Artifact::load(artifact) {
            Ok(mut artifact) => {
                self.say(&[&[LOADED], artifact.signature()])?;
                self.answer(&mut artifact)
            }
            Err(reason) => {
                self.say(&[&[UNUSABLE], reason.as_bytes()])?;
                self.replies.flush()
            }
        }
    }

    fn answer(&mut self, artifact: &mut Artifact) -> io::Result<()> {
        // The grader is trusted, so that its frames need no cap.
        let mut frames = Frames::new(usize::MAX);
        let mut chunk = vec![0; BUFFER];
        loop {
            while let Some(request) = frames.take().ok().flatten().and_then(Request::read) {
                let reply = artifact.call(&request);
                self.say(&[reply])?;
            }
            // The next read may wait for the grader, which may wait for these replies.
            self.replies.flush()?;
            match self.requests.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(count) => frames.push(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn say(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        let length = frame::length(parts);
        match parts {
            [one] => self.replies.push(&[&length, one]),
            parts => self.replies.push(&[&[length.as_slice()], parts].concat()),
        }
    }
}
