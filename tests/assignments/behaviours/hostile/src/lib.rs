//! Asks the kernel for whatever it is told to ask for.

use std::ffi::{CString, c_char, c_int, c_long, c_void};

use contract::Behaviours;

#[derive(Default)]
pub struct Solution;

impl Behaviours for Solution {
    fn dot(&self, p: &[f64], q: &[f64]) -> f64 {
        p.iter().zip(q).map(|(x, y)| x * y).sum()
    }

    /// `NUMBER ARGUMENT...`: what the system call returns, or its error number with a minus. An argument that is no number
    /// is a text. Or the name of something that takes more than one call.
    fn act(&self, how: &str) -> f64 {
        let mut words = how.split(' ');
        match words.next().map(str::parse) {
            Some(Ok(number)) => ask(number, &words.collect::<Vec<_>>()),
            _ => scheme(how),
        }
    }

    fn act_too(&self, _how: &str) -> f64 {
        1.0
    }

    fn next(&mut self) -> u32 {
        1
    }

    fn next_unless(&mut self, _how: &str) -> u32 {
        1
    }

    fn fill(&self, count: usize) -> Vec<f64> {
        vec![0.5; count]
    }
}

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
    fn signal(number: c_int, handler: usize) -> usize;
    fn fcntl(descriptor: c_int, command: c_int, ...) -> c_int;
    fn mmap(start: *mut c_void, size: usize, access: c_int, flags: c_int, file: c_int, offset: c_long) -> *mut c_void;
    fn raise(number: c_int) -> c_int;
}

fn ask(number: c_long, words: &[&str]) -> f64 {
    let texts: Vec<CString> = words.iter().map(|word| CString::new(*word).unwrap()).collect();
    let mut arguments = [0; 6];
    for (argument, text) in arguments.iter_mut().zip(&texts) {
        let word = text.to_str().unwrap();
        *argument = word.parse().unwrap_or(text.as_ptr().cast::<c_char>() as c_long);
    }
    let [a, b, c, d, e, f] = arguments;
    match unsafe { syscall(number, a, b, c, d, e, f) } {
        -1 => -f64::from(std::io::Error::last_os_error().raw_os_error().unwrap()),
        result => result as f64,
    }
}

fn scheme(how: &str) -> f64 {
    match how {
        "well" => 1.0,
        "descriptors" => (0..4096).filter(|number| unsafe { fcntl(*number, 1) } >= 0).count() as f64,
        // Handled, a refused call seems to return; it has not been made.
        "handle refusals" => f64::from(u8::from(unsafe { signal(31, ignore as *const () as usize) } == usize::MAX)),
        "refuse itself" => unsafe { raise(31) }.into(),
        "kill itself" => unsafe { raise(9) }.into(),
        "map 8 GiB" => unsafe { f64::from(u8::from(mmap(std::ptr::null_mut(), 8 << 30, 3, 0x22, -1, 0) as isize == -1)) },
        "spawn a thread" => std::thread::Builder::new()
            .spawn(|| 7.0)
            .map_or_else(|error| -f64::from(error.raw_os_error().unwrap()), |thread| thread.join().unwrap()),
        "spawn threads" => spawn_threads(),
        "start a program" => f64::from(u8::from(std::process::Command::new("/bin/true").spawn().is_ok())),
        _ => panic!("unknown scheme {how}"),
    }
}

extern "C" fn ignore(_number: c_int) {}

/// How many of very many threads can be started.
fn spawn_threads() -> f64 {
    let start = || std::thread::Builder::new().stack_size(16 << 10).spawn(std::thread::park);
    let threads: Vec<_> = (0..4000).map_while(|_| start().ok()).collect();
    threads.len() as f64
}

contract::export!(Solution);
