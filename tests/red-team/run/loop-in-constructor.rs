//! Loops while the library is loaded.

pub fn attack() -> f64 {
    0.0
}

extern "C" fn constructor() {
    loop {
        std::hint::spin_loop();
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static CONSTRUCTOR: extern "C" fn() = constructor;
