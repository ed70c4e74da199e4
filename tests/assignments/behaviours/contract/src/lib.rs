//! A contract whose functions do what they are told, for tests of what happens to a process.

/// Ways to behave.
#[grader_abi::contract]
pub trait Behaviours {
    /// The sum of the products.
    fn dot(&self, p: &[f64], q: &[f64]) -> f64;

    /// Does as it is told.
    fn act(&self, how: &str) -> f64;

    /// Does as it is told, too.
    fn act_too(&self, how: &str) -> f64;

    /// 1, then 2, then 3.
    fn next(&mut self) -> u32;

    /// Goes on counting from `next`, or does as it is told.
    fn next_unless(&mut self, how: &str) -> u32;

    /// So many numbers.
    fn fill(&self, count: usize) -> Vec<f64>;
}
