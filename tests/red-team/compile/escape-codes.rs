//! Has the compiler print what moves a cursor.

compile_error!("\u{1b}[2J\u{1b}[31mpassed 100 of 100\u{202e}");
