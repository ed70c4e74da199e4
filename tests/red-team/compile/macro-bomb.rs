//! Expands to more than fits any memory.

macro_rules! double {
    ($($body:tt)*) => { double!($($body)* $($body)*); };
}
double!(x x);
