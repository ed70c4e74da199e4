//! Has the assembler include a file.

std::arch::global_asm!(".include \"@SPEC@\"");
