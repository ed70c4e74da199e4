//! Takes memory until there is none.

pub fn attack() -> f64 {
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1u8; 16 << 20]);
    }
}
