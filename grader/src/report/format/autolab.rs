//! Autolab's last lines: what came of the tests, and then the scores. A problem there is an exercise here, by its id; what
//! the policy took or gave is a problem called `policy`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::sheet::{Hundredths, Kind, Sheet};

#[derive(Serialize)]
struct Scores {
    scores: Map<String, Value>,
    scoreboard: Vec<Hundredths>,
}

pub(super) fn write(sheet: &Sheet<'_>, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{}", Value::Object(presentation(sheet)))?;
    let scores = Scores {
        scores: scores(sheet)?,
        scoreboard: sheet.total.into_iter().collect(),
    };
    writeln!(to, "{}", serde_json::to_string(&scores)?)
}

fn scores(sheet: &Sheet<'_>) -> io::Result<Map<String, Value>> {
    let mut scores = Map::new();
    for (number, exercise) in (1..).zip(&sheet.report.exercises) {
        scores.insert(
            exercise.id.clone(),
            serde_json::to_value(sum(sheet, |of, _| of == number))?,
        );
    }
    let policy = sum(sheet, |_, kind| kind == Kind::Policy);
    if policy != Hundredths(0) {
        scores.insert(free("policy", &scores), serde_json::to_value(policy)?);
    }
    Ok(scores)
}

fn sum(sheet: &Sheet<'_>, is_in: impl Fn(usize, Kind) -> bool) -> Hundredths {
    let tests = sheet.tests.iter().filter(|test| is_in(test.exercise, test.kind));
    Hundredths(tests.map(|test| test.earned.0).sum())
}

/// A stage per exercise. They are numbered, so that none has the name of another key.
fn presentation(sheet: &Sheet<'_>) -> Map<String, Value> {
    let mut stages: Vec<(String, Map<String, Value>)> = Vec::new();
    for test in &sheet.tests {
        let stage = format!("{}. {}", test.exercise, test.title);
        if stages.last().is_none_or(|(last, _)| *last != stage) {
            stages.push((stage, Map::new()));
        }
        let Some((_, tests)) = stages.last_mut() else { continue };
        let entry = match &test.message {
            Some(message) if !test.mark.is_pass() => json!({"passed": false, "hint": message}),
            Some(_) | None => json!({"passed": test.mark.is_pass()}),
        };
        tests.insert(free(&test.name, tests), entry);
    }
    let names: Vec<&String> = stages.iter().map(|(stage, _)| stage).collect();
    let mut all = Map::from_iter([
        ("_presentation".to_owned(), json!("semantic")),
        ("stages".to_owned(), json!(names)),
    ]);
    all.extend(stages.into_iter().map(|(stage, tests)| (stage, Value::Object(tests))));
    all
}

/// A name that is not taken: two checks may have one.
fn free(name: &str, taken: &Map<String, Value>) -> String {
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = [name.to_owned()].into_iter().chain(numbered);
    let free = names.find(|name| !taken.contains_key(name));
    free.expect("there are more numbers than tests")
}
