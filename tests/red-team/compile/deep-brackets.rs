//! Is nested too deeply for any stack.

pub const DEEP: u8 = @BRACKETS@;
