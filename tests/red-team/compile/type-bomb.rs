//! Is of a type that has no end.

pub fn bomb() {
    fn grow<T: Default>(depth: u32) {
        if depth > 0 {
            grow::<(T, T)>(depth - 1);
        }
    }
    grow::<u8>(u32::MAX);
}

// Used, so that the compiler has to make it.
#[used]
pub static BOMB: fn() = bomb;
