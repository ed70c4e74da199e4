//! What students read first.

use grader_engine::{Exercise, Plan};

/// The text of the README.
pub(super) fn readme(plan: &Plan) -> String {
    let word = plan
        .signature
        .functions
        .first()
        .map_or("word", |function| &function.name);
    let exercises: String = plan.exercises.iter().enumerate().map(row).collect();
    format!(
        "# {title}\n\
         \n\
         1. Read in `contract/src/lib.rs` what each function has to do.\n\
         2. Write it in `src/lib.rs`, in place of its `todo!`. You may add functions and files, but change no signature.\n\
         3. See how far you are. With a word, only the checks run that have it in their names. The first time takes longest, and \
         downloads a few crates.\n\
         \n\
         ```console\n\
         $ cargo test\n\
         $ cargo test {word}\n\
         ```\n\
         \n\
         Each test is one check, named after its exercise, with the functions that it calls in brackets. One that fails says \
         which call went wrong on which input, what came back, what was wanted, and often a hint. *not implemented* means that a \
         `todo!` is still there; it fails no other function's checks, so go on in any order.\n\
         \n\
         | | exercise | stars | points |\n\
         |---|---|---|---|\n\
         {exercises}\
         \n\
         Only `src/` counts, and only that is yours: `contract/`, `vendor/`, `tests/` and `checks.json` are what it is checked \
         with. What you hand in may be checked on more inputs than these.\n",
        title = line(&plan.assignment),
    )
}

fn row((index, exercise): (usize, &Exercise)) -> String {
    let stars = "★".repeat(exercise.stars.into());
    let bonus = if exercise.bonus { " (bonus)" } else { "" };
    let (title, points) = (line(&exercise.title), exercise.points);
    format!("| {} | {title} | {stars} | {points}{bonus} |\n", index + 1)
}

/// Text that stays in its line and in its cell.
fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stays_in_its_line_and_in_its_cell() {
        for (text, wanted) in [("H(p) | q", "H(p) \\| q"), ("two\nlines\t", "two lines"), ("", "")] {
            assert_eq!(line(text), wanted);
        }
    }
}
