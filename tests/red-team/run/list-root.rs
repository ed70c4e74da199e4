//! Lists the root folder.

pub fn attack() -> f64 {
    outcome(std::fs::read_dir("/"))
}

/// 1 when it worked, or minus the error's number.
fn outcome<T>(result: std::io::Result<T>) -> f64 {
    match result {
        Ok(_) => 1.0,
        Err(error) => -f64::from(error.raw_os_error().unwrap_or(0)),
    }
}
