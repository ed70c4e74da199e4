use std::collections::HashMap;

pub struct Point {
    pub x: f64,
}

#[grader_abi::contract]
pub trait Types {
    fn wide(&self, x: u128) -> f64;
    fn map(&self, x: &HashMap<String, f64>) -> f64;
    fn point(&self, x: Point) -> f64;
    fn list_of_slices(&self, x: Vec<&[f64]>) -> f64;
    fn long_tuple(&self, x: (u8, u8, u8, u8, u8, u8, u8)) -> f64;
    fn returns_map(&self) -> HashMap<String, f64>;
    fn returns_wide(&self) -> Vec<u128>;
}

fn main() {}
