//! The manual of the spec language: every example is in order and passes, every message is the one that it shows.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
#![cfg(feature = "spec")]

mod course;

use course::{Course, grade, plan, signature};
use grader_engine::spec::{Spec, functions, generators};
use grader_engine::{Plan, ReferenceAnswers, feedback, judge};

const MANUAL: &str = include_str!("../../../specs/README.md");

/// A fenced block: what stands behind its fence, and its text.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut parts = MANUAL.split("```");
    let mut blocks = Vec::new();
    parts.next();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        blocks.push(block.split_once('\n').unwrap());
    }
    blocks
}

/// The plan of an example: a whole spec, or some checks.
fn planned(text: &str) -> Result<Plan, String> {
    if text.starts_with("version:") || text.starts_with('#') {
        let spec = Spec::read("spec.yaml", text).and_then(|spec| spec.plan(&signature()));
        return spec.map_err(|errors| errors.to_string());
    }
    plan(text)
}

#[test]
fn the_reference_passes_every_example() {
    let examples = blocks()
        .into_iter()
        .filter(|(fence, _)| *fence == "yaml" || fence.starts_with("yaml flaw="));
    let mut count = 0;
    for (_, text) in examples {
        let plan = planned(text).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
        for (index, (judged, _)) in grade(&plan, "").checks.iter().enumerate() {
            assert!(
                judged.verdict.is_pass(),
                "{}: {:?}",
                plan.full_id(index),
                judged.verdict
            );
        }
        count += 1;
    }
    assert!(count >= 11, "{count} examples");
}

#[test]
fn every_message_is_what_a_student_or_an_instructor_reads() {
    let blocks = blocks();
    let mut count = 0;
    for pair in blocks.windows(2) {
        let [(fence, text), (_, message)] = pair else { continue };
        if let Some(flaw) = fence.strip_prefix("yaml flaw=") {
            let plan = planned(text).unwrap();
            let reference = ReferenceAnswers::ask(&plan, &[0], &mut Course::new(""));
            let judged = judge(&plan, &[0], &reference, &mut Course::new(flaw));
            assert_eq!(
                feedback::for_student(&plan.checks[0], &judged[0]).unwrap(),
                message.trim_end()
            );
            count += 1;
        } else if *fence == "yaml refused" {
            let errors = planned(text).expect_err(text);
            assert!(errors.ends_with(message.trim_end()), "{errors}");
            count += 1;
        }
    }
    assert!(count >= 3, "{count} messages");
}

#[test]
fn the_manual_names_every_function_generator_and_key() {
    let missing = |line: &str| !MANUAL.contains(line);
    let contract = signature().functions.into_iter().map(|function| function.to_string());
    let known = functions().chain(generators()).map(str::to_owned).chain(contract);
    let gaps: Vec<String> = known.filter(|line| missing(line)).collect();
    assert!(gaps.is_empty(), "specs/README.md lacks\n{}", gaps.join("\n"));
    let schema = grader_engine::spec::schema();
    let definitions = schema.as_value()["$defs"].as_object().unwrap();
    for definition in definitions.values().chain([schema.as_value()]) {
        for key in definition["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
        {
            let said = !missing(&format!("{key}:")) || !missing(&format!("`{key}`"));
            assert!(said, "specs/README.md lacks the key `{key}`");
        }
    }
}
