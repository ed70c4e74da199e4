//! A submission's library, loaded: its signature, and its one instance to call.

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use grader_abi::{ENTRY_SYMBOL, Entry, VERSION};
use libloading::Library;

use super::frame::Request;

/// A loaded library. It is never unloaded.
pub(super) struct Artifact {
    entry: &'static Entry,
    instance: *mut c_void,
}

impl Artifact {
    /// Loads a library, which runs its constructors. A reason instead if it cannot be used.
    pub(super) fn load(path: &Path) -> Result<Self, String> {
        let shown = path.display().to_string();
        let library = open(path).map_err(|error| reason(error).replace(&shown, "the library"))?;
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
        open_for_others(path).map_err(|error| io::Error::other(reason(error)))?;
    }
    Ok(())
}

#[cfg(unix)]
fn open_for_others(path: &Path) -> Result<(), libloading::Error> {
    use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
    // SAFETY: these are the standard library and what the instructor has written: trusted code.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_GLOBAL) }?;
    std::mem::forget(library);
    Ok(())
}

/// No library is linked to others there.
#[cfg(windows)]
fn open_for_others(path: &Path) -> Result<(), libloading::Error> {
    // SAFETY: as in `open`.
    std::mem::forget(unsafe { Library::new(path) }?);
    Ok(())
}

/// With all that it needs at once: later nothing can be opened any more.
#[cfg(unix)]
fn open(path: &Path) -> Result<Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: what the library's constructors do is what this process is there for; nothing here is worth protecting.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Into::into)
}

#[cfg(windows)]
fn open(path: &Path) -> Result<Library, libloading::Error> {
    // SAFETY: what the library's constructors do is what this process is there for; nothing here is worth protecting.
    unsafe { Library::new(path) }
}

/// A name for an open file that needs no way to it. The folders above it may be closed to this process.
#[cfg(target_os = "linux")]
pub(super) fn name(file: &File, _path: &Path) -> PathBuf {
    use std::os::fd::AsRawFd;
    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

/// Elsewhere nothing closes the folders above it.
#[cfg(not(target_os = "linux"))]
pub(super) fn name(_file: &File, path: &Path) -> PathBuf {
    path.to_owned()
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
