//! Leaves threads behind with every call, which work on as long as anybody lets them.

use std::hint::black_box;
use std::thread::{Builder, sleep};
use std::time::Duration;

pub fn attack() {
    let work = || {
        loop {
            black_box((0..1000).sum::<u64>());
            println!("still here");
            sleep(Duration::from_millis(1));
        }
    };
    // Most of them in vain: a submission may not have so many.
    drop(Builder::new().stack_size(16 << 10).spawn(work));
}
