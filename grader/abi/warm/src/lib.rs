//! The standard library's generic functions as submissions use them most, compiled once.
//!
//! Without optimisation, rustc takes an instance of a generic function from a crate that a submission depends on, if one
//! has it, instead of compiling it again. This crate has the common ones. It only makes submissions compile faster: what
//! is missing here is compiled with them, from the same source and with the same checks.
//!
//! Nobody calls anything here.

#![expect(
    clippy::iter_cloned_collect,
    clippy::needless_range_loop,
    clippy::print_stdout,
    reason = "it is written as students write"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hint::black_box;

/// Everything that is kept warm.
pub fn everything(numbers: &[f64], places: &[usize], text: &str) {
    black_box(slices(numbers, places));
    black_box(vectors(numbers, numbers.to_vec()));
    black_box(places_of(places.to_vec()));
    black_box(orders(numbers.to_vec()));
    black_box(pairs(numbers, numbers));
    black_box(rows(&[numbers.to_vec()]));
    black_box(texts(text, numbers, places.len()));
    black_box(maps(text));
}

fn slices(numbers: &[f64], places: &[usize]) -> f64 {
    let mut sum = 0.0;
    for number in numbers {
        sum += number;
    }
    for number in numbers.iter() {
        sum -= *number;
    }
    for (place, number) in numbers.iter().enumerate() {
        sum += place as f64 * number;
    }
    for place in 0..numbers.len() {
        sum += numbers[place];
    }
    for place in 0..=places.len() {
        sum += place as f64;
    }
    sum += numbers.iter().sum::<f64>() + numbers.iter().copied().sum::<f64>() + numbers.iter().cloned().sum::<f64>();
    sum += numbers.iter().product::<f64>() + places.iter().sum::<usize>() as f64;
    sum += numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    sum += numbers.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    sum += numbers
        .iter()
        .fold(f64::NEG_INFINITY, |largest, number| largest.max(*number));
    sum += numbers.first().copied().unwrap_or(0.0) + *numbers.last().unwrap_or(&0.0);
    sum += numbers.get(1).expect("it has two") + numbers[1..].len() as f64 + numbers[..1].len() as f64;
    assert!(!numbers.is_empty(), "there is none");
    assert_eq!(numbers.len(), places.len(), "lengths");
    assert_ne!(numbers.len(), 0);
    sum
}

fn vectors(numbers: &[f64], mut owned: Vec<f64>) -> Vec<f64> {
    let mut made: Vec<f64> = Vec::with_capacity(numbers.len());
    made.push(owned[0]);
    made[0] = numbers[0];
    made[0] += 1.0;
    made.extend_from_slice(numbers);
    made.extend(numbers);
    made.extend(numbers.iter().copied());
    for number in &mut owned {
        *number += 1.0;
    }
    for number in owned.iter_mut() {
        *number /= 2.0;
    }
    for number in &owned {
        made.push(*number);
    }
    let zeros = vec![0.0; made.len()];
    let copied: Vec<f64> = numbers.iter().copied().collect();
    let cloned: Vec<f64> = numbers.iter().cloned().collect();
    let mut all = Vec::new();
    for number in owned {
        all.push(number);
    }
    all.append(&mut zeros.clone());
    all.pop();
    all.truncate(copied.len() + cloned.len());
    let halves: Vec<f64> = all.into_iter().map(|number| number / 2.0).collect();
    let doubles: Vec<f64> = halves.iter().map(|number| number * 2.0).collect();
    let places: Vec<f64> = (0..doubles.len()).map(|place| place as f64).collect();
    black_box(places.into_iter().map(f64::exp).sum::<f64>());
    halves.into_iter().chain(made).collect()
}

fn places_of(mut places: Vec<usize>) -> Vec<usize> {
    places.sort();
    places.sort_unstable();
    places.push(places[0]);
    places[0] = places.len();
    let range: Vec<usize> = (0..places.len()).collect();
    for (place, other) in places.iter().zip(&range) {
        assert_eq!(place, other);
    }
    vec![0usize; places.iter().copied().max().unwrap_or(0)]
}

fn orders(mut numbers: Vec<f64>) -> Option<usize> {
    numbers.sort_by(|a, b| a.partial_cmp(b).expect("there is no NaN"));
    numbers.sort_by(f64::total_cmp);
    numbers.sort_by(|a, b| b.total_cmp(a));
    numbers.reverse();
    numbers.swap(0, 1);
    let largest = numbers.iter().copied().max_by(f64::total_cmp);
    let smallest = numbers.iter().copied().min_by(f64::total_cmp);
    black_box((largest, smallest, numbers.contains(&0.0)));
    numbers.iter().position(|number| *number == 0.0)
}

fn pairs(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (x, y) in a.iter().zip(b) {
        sum += x * y;
    }
    for (x, y) in a.iter().zip(b.iter()) {
        sum += x * y;
    }
    for (x, y) in a.iter().copied().zip(b.iter().copied()) {
        sum += x * y;
    }
    for (place, (x, y)) in a.iter().zip(b.iter()).enumerate() {
        sum += place as f64 * x * y;
    }
    sum += a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    black_box(a.iter().zip(b).map(|(x, y)| x * y).collect::<Vec<f64>>());
    for (x, y) in a.iter().zip(b.to_vec()) {
        sum += x * y;
    }
    for (x, y) in a.iter().zip(&b.to_vec()) {
        sum += x * y;
    }
    sum
}

fn rows(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut made = vec![vec![0.0; matrix.len()]; matrix[0].len()];
    for (i, row) in matrix.iter().enumerate() {
        for j in 0..row.len() {
            made[j][i] = matrix[i][j];
        }
    }
    for row in made.iter_mut() {
        row[0] += 1.0;
    }
    for row in &made {
        black_box(row.len());
    }
    made.push(matrix[0].clone());
    made
}

fn texts(text: &str, numbers: &[f64], count: usize) -> String {
    let mut made = format!("{text} {count} {numbers:?} {:?}", numbers.to_vec());
    made.push_str(&count.to_string());
    made.push_str(&numbers[0].to_string());
    made += text;
    let letters: String = text.chars().rev().collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    println!("{letters} {}", words.join(" "));
    made
}

fn maps(text: &str) -> usize {
    let mut counts: HashMap<String, usize> = HashMap::new();
    *counts.entry(text.to_owned()).or_insert(0) += 1;
    counts.insert(text.to_string(), 2);
    let mut places: HashMap<usize, f64> = HashMap::new();
    *places.entry(1).or_insert(0.0) += 1.0;
    let mut ordered: BTreeMap<String, usize> = BTreeMap::new();
    *ordered.entry(text.to_owned()).or_default() += 1;
    let mut seen: HashSet<usize> = HashSet::new();
    seen.insert(counts.len());
    for (key, value) in &counts {
        black_box((key, value, places.get(value), ordered.get(key)));
    }
    counts.get(text).copied().unwrap_or(0) + usize::from(seen.contains(&0))
}
