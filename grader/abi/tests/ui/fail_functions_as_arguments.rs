#[grader_abi::contract]
pub trait HigherOrder {
    fn by_impl(&self, f: impl Fn(f64) -> f64) -> f64;
    fn by_dyn(&self, f: &dyn Fn(f64) -> f64) -> f64;
    fn by_box(&self, f: Box<dyn Fn(f64) -> f64>) -> f64;
    fn by_pointer(&self, f: Option<fn(f64) -> f64>) -> f64;
    fn returned(&self) -> impl Iterator<Item = f64>;
}

fn main() {}
