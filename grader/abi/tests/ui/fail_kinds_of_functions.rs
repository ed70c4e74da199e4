#[grader_abi::contract]
pub trait Kinds {
    async fn later(&self) -> f64;
    unsafe fn dangerous(&self) -> f64;
    extern "C" fn foreign(&self) -> f64;
    fn given(&self) -> f64 {
        0.0
    }
    #[cfg(windows)]
    fn sometimes(&self) -> f64;
}

fn main() {}
