#[grader_abi::contract]
pub trait Names {
    fn unnamed(&self, _: f64) -> f64;
    fn pair(&self, (x, y): (f64, f64)) -> f64;
    fn base(&self) -> f64;
    fn base_mut(&mut self) -> f64;
}

fn main() {}
