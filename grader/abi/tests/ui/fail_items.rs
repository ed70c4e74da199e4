#[grader_abi::contract]
pub trait Items {
    type Number;
    const SIZE: usize;
    fn fine(&self) -> f64;
}

#[grader_abi::contract]
pub trait Empty {}

#[grader_abi::contract]
trait Private {
    fn fine(&self) -> f64;
}

#[grader_abi::contract]
pub unsafe trait Dangerous {
    fn fine(&self) -> f64;
}

fn main() {}
