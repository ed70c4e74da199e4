//! A contract and a solution in crates as strict as they come.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]

/// A contract whose names are keywords and whose attributes are many.
#[grader_abi::contract]
pub trait Strict {
    /// Its documentation.
    #[must_use]
    fn r#match(&self, r#type: &[f64], answer: Option<&[Vec<f64>]>) -> f64;

    #[doc = "Another."]
    fn dispatch(&mut self, function: &'_ str, solution: [(u8, char); 2]) -> Result<(), String>;
}

#[derive(Default, Debug)]
struct Solution;

impl Strict for Solution {
    fn r#match(&self, r#type: &[f64], answer: Option<&[Vec<f64>]>) -> f64 {
        r#type[0] + answer.map_or(0.0, |rows| rows[0][0])
    }

    fn dispatch(&mut self, function: &str, _: [(u8, char); 2]) -> Result<(), String> {
        Err(function.to_owned())
    }
}

#[derive(Default, Debug)]
struct Bug(Solution);

impl Patch for Bug {
    type Base = Solution;

    fn base(&self) -> &Solution {
        &self.0
    }

    fn base_mut(&mut self) -> &mut Solution {
        &mut self.0
    }

    fn r#match(&self, _: &[f64], _: Option<&[Vec<f64>]>) -> f64 {
        0.5
    }
}

export!(Patched<Bug>);

fn main() {
    let mut patched = Patched::<Bug>::default();
    assert_eq!(patched.r#match(&[1.0], None), 0.5);
    assert_eq!(patched.dispatch("f", [(0, 'a'); 2]), Err("f".to_owned()));
}
