//! Has twenty thousand errors.

@ERRORS@
