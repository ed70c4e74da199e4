//! A class of distinct submissions, made from the samples: each has its own names, its functions in an order of its own,
//! helpers and comments, and costs as much to compile as what a student writes.

use std::fs;
use std::io;
use std::path::Path;

/// The samples that the class is made from.
const SAMPLES: [&str; 5] = [
    "reference",
    "tests/submissions/correct-differently",
    "tests/submissions/notebook-port",
    "tests/submissions/kl-reversed",
    "tests/submissions/masked-full-length",
];

/// Writes the submission of this number, always the same for the same number.
pub(crate) fn write(repository: &Path, number: usize, folder: &Path) -> io::Result<()> {
    let sample = repository.join(SAMPLES[number % SAMPLES.len()]).join("src");
    fs::create_dir_all(folder.join("src"))?;
    for file in fs::read_dir(sample)? {
        let file = file?;
        let text = fs::read_to_string(file.path())?;
        let text = if file.file_name() == "lib.rs" {
            vary(&text, number)
        } else {
            text
        };
        fs::write(folder.join("src").join(file.file_name()), text)?;
    }
    Ok(())
}

fn vary(text: &str, number: usize) -> String {
    let mut text = reorder(text, number / SAMPLES.len());
    for name in locals(&text) {
        text = rename(&text, &name, &format!("{name}_{number}"));
    }
    let helpers = (0..1 + number % 3).map(|helper| self::helper(number, helper));
    text + &helpers.collect::<String>()
}

/// Turns the functions of the solution around.
fn reorder(text: &str, turns: usize) -> String {
    let Some((head, rest)) = text.split_once("for Solution {\n") else {
        return text.to_owned();
    };
    let Some((body, tail)) = rest.split_once("\n}\n") else {
        return text.to_owned();
    };
    let mut functions: Vec<&str> = body.split("\n\n    fn ").collect();
    functions[0] = functions[0].trim_start().trim_start_matches("fn ");
    let turns = turns % functions.len();
    functions.rotate_left(turns);
    let body = functions.join("\n\n    fn ");
    format!("{head}for Solution {{\n    fn {body}\n}}\n{tail}")
}

/// The names of `let` that nothing else in the text has.
fn locals(text: &str) -> Vec<String> {
    let names = text.split("let ").skip(1).map(|rest| {
        let rest = rest.trim_start_matches("mut ");
        let end = rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len());
        rest[..end].to_owned()
    });
    let is_free = |name: &String| {
        let elsewhere = [
            format!("fn {name}"),
            format!("mod {name}"),
            format!(".{name}"),
            format!("::{name}"),
        ];
        name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && !elsewhere.iter().any(|use_of| text.contains(use_of.as_str()))
    };
    let mut names: Vec<String> = names.filter(is_free).collect();
    names.sort();
    names.dedup();
    names
}

fn rename(text: &str, from: &str, to: &str) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let is_whole = !before.ends_with(is_of_name) && !after.starts_with(is_of_name);
        renamed.push_str(before);
        renamed.push_str(if is_whole { to } else { from });
        rest = after;
    }
    renamed + rest
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// A function that is kept in the library, so that it costs what it looks like.
fn helper(number: usize, helper: usize) -> String {
    let name = format!("helper_{number}_{helper}");
    let shift = number % 17;
    format!(
        "\n// Tried out by student {number}.\nfn {name}(values: &[f64]) -> f64 {{\n    let shifted: Vec<f64> = \
         values.iter().map(|value| value + {shift}.5).collect();\n    let mut total = 0.0;\n    for (place, value) in \
         shifted.iter().enumerate() {{\n        if *value > {helper}.0 {{\n            total += value * place as f64;\n        \
         }}\n    }}\n    total\n}}\n\n#[used]\nstatic KEPT_{number}_{helper}: fn(&[f64]) -> f64 = {name};\n"
    )
}
