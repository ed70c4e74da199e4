//! Behaves in every way that a submission can.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

use contract::Behaviours;

#[derive(Default)]
pub struct Solution {
    count: u32,
}

impl Behaviours for Solution {
    fn dot(&self, p: &[f64], q: &[f64]) -> f64 {
        p.iter().zip(q).map(|(x, y)| x * y).sum()
    }

    fn act(&self, how: &str) -> f64 {
        act(how)
    }

    fn act_too(&self, how: &str) -> f64 {
        act(how)
    }

    fn next(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    fn next_unless(&mut self, how: &str) -> u32 {
        act(how);
        self.next()
    }

    fn fill(&self, count: usize) -> Vec<f64> {
        vec![0.5; count]
    }
}

fn act(how: &str) -> f64 {
    match how {
        "well" => {}
        "panic" => panic!("as told"),
        "odd payload" => std::panic::panic_any(Grenade),
        "todo" => todo!(),
        "overflow" => drop(black_box(black_box(i32::MAX) + 1)),
        "loop" => while black_box(true) {},
        "sleep" => std::thread::sleep(Duration::from_secs(3600)),
        "exit 0" => std::process::exit(0),
        "exit 3" => std::process::exit(3),
        "abort" => std::process::abort(),
        "recurse" => drop(black_box(recurse(0))),
        "hoard" => hoard(),
        "one big allocation" => drop(black_box(vec![0u8; 1 << 40])),
        "print" => println!("printed"),
        "print much" => print_mebibytes(16),
        "print forever" => print_mebibytes(u32::MAX),
        "print a lie" => println!("memory allocation of 1 bytes failed"),
        "read stdin" => assert_eq!(std::io::stdin().lines().count(), 0),
        "environment" => assert_eq!(std::env::vars_os().count(), 0),
        "sum overflow" => drop(black_box([i32::MAX, 1].iter().sum::<i32>())),
        "common sum overflow" => drop(black_box([usize::MAX, 1].iter().sum::<usize>())),
        "product overflow" => drop(black_box([u8::MAX, 2].iter().product::<u8>())),
        "beyond the end" => drop(black_box(black_box(vec![0.5])[1])),
        "no number" => drop(black_box("x").parse::<f64>().unwrap()),
        "not in order" => [f64::NAN, 1.0].sort_by(|a, b| a.partial_cmp(b).unwrap()),
        "borrow twice" => COUNTS.with_borrow(|_| COUNTS.with_borrow_mut(HashMap::clear)),
        "caught" => assert!(std::panic::catch_unwind(|| panic!("inside")).is_err()),
        "panic of a thread" => drop(std::thread::spawn(|| panic!("outside")).join().unwrap()),
        "kept by thread" => {
            return COUNTS.with_borrow_mut(|counts| *counts.entry(1).and_modify(|n| *n += 1).or_insert(7)) as f64;
        }
        "text" => return format!("{:?} {:e} {}", f64::MIN_POSITIVE, 0.1, [0.5; 3].len()).len() as f64,
        "allocate" => drop(black_box(vec![Box::new(0.5); 1000])),
        _ => other(how),
    }
    1.0
}

/// The one that there is anyway, by name.
#[global_allocator]
static ALLOCATOR: std::alloc::System = std::alloc::System;

thread_local! {
    static COUNTS: RefCell<HashMap<u8, u32>> = RefCell::default();
}

fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    if depth == u64::MAX {
        0
    } else {
        frame[0] + recurse(depth + 1)
    }
}

fn other(how: &str) {
    let mebibytes = how.strip_prefix("sink ").and_then(|depth| depth.parse::<usize>().ok());
    let Some(mebibytes) = mebibytes else {
        panic!("unknown behaviour {how}");
    };
    let top = 0u8;
    sink((&raw const top).addr(), mebibytes << 20);
}

/// Goes so many bytes down the stack.
fn sink(top: usize, bytes: usize) {
    let here = black_box([0u8; 1024]);
    if top.abs_diff((&raw const here).addr()) < bytes {
        sink(top, bytes);
        black_box(here);
    }
}

fn hoard() {
    let mut all = Vec::new();
    loop {
        all.push(black_box(vec![0u8; 1 << 20]));
    }
}

fn print_mebibytes(count: u32) {
    let line = [b'x'; 1024];
    let mut out = std::io::stdout().lock();
    for _ in 0..count {
        for _ in 0..1024 {
            out.write_all(&line).expect("stdout takes it");
        }
    }
}

/// A payload that explodes when it is dropped.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("again");
    }
}

contract::export!(Solution);
