//! Switches on what is not stable.

#![feature(test)]
