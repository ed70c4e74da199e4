//! Is larger than any disk.

pub static LARGE: [u8; 8 << 30] = [1; 8 << 30];
