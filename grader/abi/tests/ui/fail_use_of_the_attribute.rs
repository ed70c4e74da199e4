#[grader_abi::contract]
pub struct NoTrait;

#[grader_abi::contract(version = 2)]
pub trait WithArguments {
    fn fine(&self) -> f64;
}

fn main() {}
