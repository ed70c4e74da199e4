//! Links a file that is no library.

#[link(name = ":passwd", kind = "dylib")]
unsafe extern "C" {}
