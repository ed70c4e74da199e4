//! Has the compiler print a file.

compile_error!(include_str!("@SPEC@"));
