//! The JSON Schema of a spec: generated from the types, as committed, and at one with what the program reads.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
#![cfg(feature = "spec")]

#[expect(dead_code, reason = "only the contract of the course is of use here")]
mod course;

use std::fs;
use std::path::{Path, PathBuf};

use course::signature;
use grader_engine::spec::{Spec, schema};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_valid(text: &str) -> bool {
    let document: Value = serde_yaml::from_str(text).unwrap();
    jsonschema::validator_for(schema().as_value())
        .unwrap()
        .is_valid(&document)
}

/// A spec in order; every refused one is this with one thing changed.
const SPEC: &str = "\
version: 1
assignment: Test
contract: ../contract
reference: ../reference
template: ../template
points: 10
seed: 42
secret_seed: 7
tolerance: { rel: 1e-9 }
limits: { call: 500 ms, memory: 512 MiB }
grading: { due: 2026-12-01T23:59:00+01:00, late: { per: day, penalty: 10 %, grace: 15 min, cap: 50 % }, bonus_cap: 5 }
exercises:
  - id: first
    title: First
    points: 10
    checks:
      - name: a
        call: initial('a')
        expect: { Some: a }
        visibility: hidden
      - name: b
        for_all: { q: 'matrix(1..=2, 2)' }
        gradient: { of: reference.energy(q), wrt: q, equals: energy_gradient(q) }
        tolerance: { abs: 1e-6 }
      - name: c
        script:
          - do: push(1)
          - call: pop()
            any_of: [1, 2]
";

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let file = root().join("specs/spec.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert!(
        fs::read_to_string(&file).is_ok_and(|committed| committed == text),
        "run `grader schema spec > specs/spec.schema.json`"
    );
}

#[test]
fn every_shipped_spec_is_accepted() {
    let specs = fs::read_dir(root().join("specs")).unwrap();
    let files = specs.map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|kind| kind == "yaml"))
        .collect();
    assert!(!files.is_empty());
    for file in files.into_iter().chain([root().join("tests/e2e/small.yaml")]) {
        assert!(is_valid(&fs::read_to_string(&file).unwrap()), "{}", file.display());
    }
    assert!(is_valid(SPEC));
    Spec::read("spec.yaml", SPEC).unwrap().plan(&signature()).unwrap();
}

#[test]
fn what_the_program_refuses_to_read_the_schema_refuses_too() {
    for (from, to) in [
        ("version: 1", "version: 2"),
        ("seed: 42", "sede: 42"),
        ("seed: 42", "seed: many"),
        ("seed: 42", "seed: -1"),
        ("points: 10\nseed", "points: ten\nseed"),
        ("title: First\n", "stars: 1\n"),
        ("title: First\n", "title: First\n    stars: 6\n"),
        ("title: First\n", "title: [First]\n"),
        ("call: 500 ms", "call: 500"),
        ("call: 500 ms", "call: 500 hours"),
        ("memory: 512 MiB", "memory: 512 MB"),
        ("due: 2026", "until: 2026"),
        ("per: day", "per: week"),
        ("per: day, ", ""),
        ("penalty: 10 %", "penalty: 10"),
        ("grace: 15 min", "grace: 15 minutes"),
        ("cap: 50 %", "cap: half"),
        ("bonus_cap: 5", "bonus_cap: -5"),
        ("rel: 1e-9", "relative: 1e-9"),
        ("visibility: hidden", "visibility: secret"),
        ("visibility: hidden", "weight: heavy"),
        ("visibility: hidden", "panics: mean([])"),
        ("visibility: hidden", "nan: same"),
        ("visibility: hidden", "up_to: signs"),
        ("visibility: hidden", "requires: a"),
        ("        call: initial('a')\n", ""),
        ("wrt: q, ", ""),
        ("- do: push(1)", "- name: push(1)"),
        ("- do: push(1)", "- do: push(1)\n            call: pop()"),
        ("any_of: [1, 2]", "any_of: 1"),
        ("for_all: { q: 'matrix(1..=2, 2)' }", "for_all: [q]"),
    ] {
        assert!(SPEC.contains(from), "{from}");
        let text = SPEC.replacen(from, to, 1);
        assert!(!is_valid(&text), "{from} -> {to}");
        let read = Spec::read("spec.yaml", &text).and_then(|spec| spec.plan(&signature()));
        assert!(read.is_err(), "{from} -> {to}");
    }
}
