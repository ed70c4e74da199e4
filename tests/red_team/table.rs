//! A table of the public answers: what a student makes of `checks.json` and of the reference's answers to it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use grader::build::{Compiled, Options, Recipe};
use grader::discover::Source;
use grader::sandbox::Isolation;
use grader::session::{self, Limits, Session, Settings};
use grader_abi::{Decoder, Signature, Value};
use grader_engine::spec::UnsafeCode;
use grader_engine::{Call, Caller, Outcome, judge, unpack};

use crate::root;

/// Answers as a session does, and writes everything down.
struct Recorder<'a> {
    session: Session<'a>,
    signature: &'a Signature,
    table: String,
}

impl Caller for Recorder<'_> {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        let outcomes = self.session.answer(calls);
        for (call, outcome) in calls.iter().zip(&outcomes) {
            let line = asked(call, self.signature);
            writeln!(self.table, "{line} = {}", answered(outcome)).unwrap();
        }
        outcomes
    }
}

/// The lines of the table, for an assignment whose public checks are these.
pub(crate) fn of_public_answers() -> String {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (reference, recipe) = build_reference(folder.path());
    let settings = Settings {
        grader: env!("CARGO_BIN_EXE_grader").into(),
        scratch: folder.path().to_owned(),
        limits: Limits {
            call: Duration::from_secs(10),
            total: Duration::from_secs(60),
            memory: 512 << 20,
            stack: 8 << 20,
            output: 0,
            threads: 0,
        },
        shared: recipe.shared().to_vec(),
        isolation: Isolation::Required,
    };
    let signature = session::signature(&reference, &settings).unwrap();
    let checks = std::fs::read_to_string(root().join("student-template/checks.json")).unwrap();
    let (plan, answers) = unpack(&checks, signature.clone()).unwrap();
    let mut recorder = Recorder {
        session: Session::new(&reference, &signature, &settings),
        signature: &signature,
        table: String::new(),
    };
    let all: Vec<usize> = (0..plan.checks.len()).collect();
    judge(&plan, &all, &answers, &mut recorder);
    recorder.table
}

/// The built reference, and what it was built by, which has the libraries that its worker loads before.
fn build_reference(folder: &Path) -> (PathBuf, Recipe) {
    let options = Options {
        grader: env!("CARGO_BIN_EXE_grader").into(),
        opt_level: 0,
        unsafe_code: UnsafeCode::Forbid,
        limit: Duration::from_secs(60),
        contract: root().join("contract"),
        isolation: Isolation::Required,
    };
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let recipe = Recipe::prepare(&root().join("student-template"), &cache, &options).unwrap();
    Source::read(&root().join("reference")).unwrap().write(folder).unwrap();
    match recipe.compile(folder, folder).unwrap() {
        Compiled::Artifact { path, .. } => (path, recipe),
        other => panic!("{other:?}"),
    }
}

/// The function's name, then each argument as the count of its numbers and their bits.
fn asked(call: &Call, signature: &Signature) -> String {
    let function = &signature.functions[call.function as usize];
    let mut decoder = Decoder::new(&call.arguments);
    let mut asked = function.name.clone();
    for parameter in &function.parameters {
        let numbers = numbers(&Value::decode(&parameter.ty, &mut decoder).unwrap());
        write!(asked, " [{}]", numbers.len()).unwrap();
        numbers
            .iter()
            .for_each(|number| write!(asked, " {}", number.to_bits()).unwrap());
    }
    asked
}

fn answered(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(value) => {
            let bits = numbers(value).into_iter().map(|number| number.to_bits().to_string());
            bits.collect::<Vec<_>>().join(" ")
        }
        Outcome::Panicked { .. } => "panics".to_owned(),
        other => panic!("the reference {other}"),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Real(real) => vec![*real],
        Value::Integer(integer) => vec![*integer as f64],
        Value::Reals(reals) => reals.clone(),
        other => panic!("no number: {other:?}"),
    }
}
