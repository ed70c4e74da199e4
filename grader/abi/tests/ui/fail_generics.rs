use std::fmt::Debug;

#[grader_abi::contract]
pub trait Generic<T> {
    fn typed<U: Debug>(&self, x: U) -> f64;
    fn borrowed<'a>(&self, x: &'a [f64]) -> f64;
    fn sized(&self) -> f64
    where
        Self: Sized;
    fn fine(&self, x: &[f64]) -> f64;
}

#[grader_abi::contract]
pub trait Derived: Debug {
    fn fine(&self, x: &[f64]) -> f64;
}

fn main() {}
