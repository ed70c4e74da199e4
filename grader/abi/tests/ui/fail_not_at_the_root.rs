mod inner {
    #[grader_abi::contract]
    pub trait Nested {
        fn fine(&self) -> f64;
    }
}

fn main() {}
