//! A submission's source -> where it defines the functions of the contract. For people to click on: a source that does not
//! look as usual has none, and no grade depends on it.

use std::collections::BTreeMap;
use std::fmt;

use grader_abi::Signature;

use crate::discover::Source;

/// How much of a source is looked through, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// How far a definition is looked at, in characters.
const MAX_HEAD: usize = 200;

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From the crate's folder: `src/lib.rs`.
    pub file: String,
    /// From 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// By the functions' names.
pub(super) fn places(source: &Source, signature: &Signature) -> BTreeMap<String, Place> {
    let mut files: Vec<(String, &str)> = source
        .files()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|(path, bytes)| Some((path.to_str()?.replace('\\', "/"), str::from_utf8(bytes).ok()?)))
        .collect();
    files.sort_by_key(|(path, _)| path != "src/lib.rs");
    let mut room = MAX_TEXT;
    files.retain(|(_, text)| {
        let fits = room.checked_sub(text.len());
        room = fits.unwrap_or(room);
        fits.is_some()
    });
    let names = signature.functions.iter().map(|function| function.name.clone());
    names
        .filter_map(|name| Some((name.clone(), find(&files, &name)?)))
        .collect()
}

/// The first method of this name; else the first function.
fn find(files: &[(String, &str)], name: &str) -> Option<Place> {
    let all = || {
        files
            .iter()
            .flat_map(|(file, text)| definitions(text, name).map(move |found| (file, found)))
    };
    let method = all().find(|(_, found)| found.is_method);
    let (file, Definition { line, .. }) = method.or_else(|| all().next())?;
    Some(Place {
        file: file.clone(),
        line,
    })
}

struct Definition {
    line: u64,
    is_method: bool,
}

fn definitions<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = Definition> + 'a {
    let lines = text.split_inclusive('\n').scan(0, |end, line| {
        let start = *end;
        *end += line.len();
        Some((start, line))
    });
    let code = (1..)
        .zip(lines)
        .filter(|(_, (_, line))| !line.trim_start().starts_with("//"));
    code.flat_map(move |(number, (start, line))| {
        line.match_indices("fn ").filter_map(move |(column, _)| {
            let is_word = !line[..column].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let head: String = text[start + column + "fn ".len()..].chars().take(MAX_HEAD).collect();
            let rest = head.trim_start().strip_prefix(name)?.trim_start();
            (is_word && rest.starts_with(['(', '<'])).then(|| Definition {
                line: number,
                is_method: takes_self(rest),
            })
        })
    })
}

/// Whether the first parameter is `self`, `&self`, `&mut self` or one with a lifetime or a type.
fn takes_self(rest: &str) -> bool {
    let parameters = rest.split_once('(').map_or("", |(_, parameters)| parameters);
    let first = parameters.split([',', ')', ':']).next().unwrap_or("");
    first
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == "self")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_method_of_the_name_is_found() {
        for (text, want) in [
            ("fn entropy(&self) {}", Some(1)),
            ("\n\nimpl A {\n    fn entropy(\n  &mut self, p: f64) {}", Some(4)),
            ("fn entropy(p: f64) {}\nfn entropy(&self) {}", Some(2)),
            ("// fn entropy(&self)\nfn entropy<'a>(&'a self) {}", Some(2)),
            ("fn cross_entropy(&self) {}\nfn entropy_of(&self) {}", None),
            ("fn entropy(p: &[f64]) {}", Some(1)),
            ("fn  entropy (self) {}", Some(1)),
            ("my_fn entropy(&self)", None),
            ("é fn entropy(&self)", Some(1)),
        ] {
            let files = [("src/lib.rs".to_owned(), text)];
            assert_eq!(find(&files, "entropy").map(|place| place.line), want, "{text}");
        }
    }

    #[test]
    fn a_method_in_another_file_is_found() {
        let files = [
            ("src/lib.rs".to_owned(), "fn entropy(p: &[f64]) {}"),
            ("src/solution.rs".to_owned(), "\nfn entropy(&self) {}"),
        ];
        let want = Place {
            file: "src/solution.rs".to_owned(),
            line: 2,
        };
        assert_eq!(find(&files, "entropy"), Some(want));
    }
}
