//! Prints a gigabyte.

use std::io::Write;

pub fn attack() -> f64 {
    let line = [b'x'; 1 << 16];
    let mut stdout = std::io::stdout();
    for _ in 0..1 << 14 {
        let _ = stdout.write_all(&line);
    }
    0.0
}
