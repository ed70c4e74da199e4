#[grader_abi::contract]
pub trait Receivers {
    fn new() -> f64;
    fn consumed(self) -> f64;
    fn boxed(self: Box<Self>) -> f64;
    fn by_mut(&mut self, fine: f64) -> f64;
}

fn main() {}
