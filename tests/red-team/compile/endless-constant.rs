//! Computes a constant for ever.

#![allow(long_running_const_eval)]
pub const ENDLESS: u64 = {
    let mut count: u64 = 0;
    loop {
        count = count.wrapping_add(1);
        if count == u64::MAX {
            break count;
        }
    }
};
