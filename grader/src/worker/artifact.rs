//! A submission's library, loaded: its signature, and its one instance to call.

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::PathBuf;

use grader_abi::{ENTRY_SYMBOL, Entry, VERSION};
use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LOCAL, RTLD_NOW};

use super::frame::Request;

/// A loaded library. It is never unloaded.
pub(super) struct Artifact {
    entry: &'static Entry,
    instance: *mut c_void,
}

impl Artifact {
    /// Loads a library, which runs its constructors. A reason instead if it cannot be used.
    pub(super) fn load(file: &File) -> Result<Self, String> {
        let path = path(file);
        // SAFETY: what the library's constructors do is what this process is there for; nothing here is worth protecting.
        let library = unsafe { Library::open(Some(&path), RTLD_NOW | RTLD_LOCAL) };
        let library = library.map_err(|error| reason(error).replace(&path, "the library"))?;
        let library = Box::leak(Box::new(library));
        // SAFETY: the symbol is the `static` that `export!` makes; a library that lies about it harms its own process.
        let entry = unsafe { library.get::<*const Entry>(ENTRY_SYMBOL) }.map_err(|_| {
            "the library exports no solution: is `contract::export!(…);` still in `src/lib.rs`?".to_owned()
        })?;
        // SAFETY: as above. The version is the first field in every version, so that it is read before anything else.
        let version = unsafe { (*entry).cast::<u32>().read() };
        if version != VERSION {
            return Err(format!(
                "the library speaks version {version} of the boundary, the grader version {VERSION}"
            ));
        }
        // SAFETY: as above; the library is never unloaded.
        let entry = unsafe { &**entry };
        let instance = (entry.open)();
        Ok(Self { entry, instance })
    }

    /// The wire form of the library's signature.
    pub(super) fn signature(&self) -> &[u8] {
        let bytes = (self.entry.signature)();
        // SAFETY: the library promises bytes that it never frees.
        unsafe { std::slice::from_raw_parts(bytes.start, bytes.length) }
    }

    /// The reply to one call.
    pub(super) fn call(&mut self, request: &Request<'_>) -> &[u8] {
        let arguments = request.arguments;
        // SAFETY: the instance is what `open` gave, this thread is the only one to use it, and the arguments are a slice.
        let bytes = unsafe {
            (self.entry.call)(
                self.instance,
                request.fresh,
                request.function,
                arguments.as_ptr(),
                arguments.len(),
            )
        };
        // SAFETY: the library promises bytes that last until the next call, which needs `self` again.
        unsafe { std::slice::from_raw_parts(bytes.start, bytes.length) }
    }
}

/// Loads libraries of ours whose symbols a submission's library is to find, for the rest of the process's life.
pub(super) fn share(libraries: &[PathBuf]) -> io::Result<()> {
    for path in libraries {
        // SAFETY: these are the standard library and what the instructor has written: trusted code.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_GLOBAL) };
        std::mem::forget(library.map_err(|error| io::Error::other(reason(error)))?);
    }
    Ok(())
}

/// A name for an open file that needs no way to it. The folders above it may be closed to this process.
pub(super) fn path(file: &File) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

fn reason(error: libloading::Error) -> String {
    let mut reason = error.to_string();
    let mut error: &dyn std::error::Error = &error;
    while let Some(source) = error.source() {
        reason = format!("{reason}: {source}");
        error = source;
    }
    reason
}
