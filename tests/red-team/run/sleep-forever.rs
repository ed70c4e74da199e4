//! Sleeps, using no CPU time.

pub fn attack() -> f64 {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}
