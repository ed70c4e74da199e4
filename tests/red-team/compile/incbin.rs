//! Has the assembler read a file.

std::arch::global_asm!(".section .rodata\nstolen: .incbin \"@SPEC@\"");
