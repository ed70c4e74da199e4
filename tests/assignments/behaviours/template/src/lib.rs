//! What a student of this contract would get.
