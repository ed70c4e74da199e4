#[grader_abi::contract]
pub trait Contract {
    fn fine(&self) -> f64;
}

struct WithoutDefault;

impl Contract for WithoutDefault {
    fn fine(&self) -> f64 {
        0.0
    }
}

#[derive(Default)]
struct WithoutContract;

export!(WithoutDefault);
export!(WithoutContract);

fn main() {}
