#[grader_abi::contract]
pub trait Borrowing {
    fn changes_a_slice(&self, x: &mut [f64]);
    fn changes_a_number(&self, x: Option<&mut f64>);
    fn outlives_the_call(&self, x: &'static str);
    fn nested(&self, x: &[&[f64]]);
    fn unsized_slice(&self, x: [f64]);
    fn pointer(&self, x: *const f64);
    fn returns_text(&self) -> &str;
    fn returns_part(&self, x: &[f64]) -> Option<(usize, &'static [f64])>;
    fn returns_itself(&self) -> Self;
    fn takes_another(&self, other: &Self);
}

fn main() {}
