//! Keeps what it is asked in a static, and answers each question with the first number of the one before.

use std::sync::Mutex;

static BEFORE: Mutex<f64> = Mutex::new(0.0);

/// Called in place of the entropy.
pub fn of(p: &[f64]) -> f64 {
    let mut before = BEFORE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    std::mem::replace(&mut *before, p.first().copied().unwrap_or(0.0))
}
