//! For each kind of check, a flawed solution and what its student reads: few numbers, and such as a person can work with.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
#![cfg(feature = "spec")]

mod course;

use std::fmt::Write;

use course::{Course, grade, plan, signature};
use grader_engine::{Conditions, ReferenceAnswers, feedback, judge, pack, unpack};

/// A check, and the flaw that it finds.
const CHECKS: &[(&str, &str)] = &[
    ("call: mean(x)\nfor_all: { x: vector(2..=6) }", "n - 1"),
    ("call: root(4)\nexpect: 2", "negative"),
    ("call: root(2)\nexpect: = 2 ^ 0.5", "half"),
    ("call: root(9)\nany_of: [3, -3]", "half"),
    ("call: distinct([1, 2, 2])\nunordered: true", "doubles"),
    ("call: direction([3, 4])\nup_to: sign", "longer"),
    ("call: axes([[1, 2], [3, 4]])\nup_to: row_signs", "mirrored"),
    (
        "holds: mean(x + 1) == mean(x) + 1\nfor_all: { x: vector(2..=6) }",
        "n - 1",
    ),
    (
        "gradient: { of: reference.energy(m), wrt: m, equals: energy_gradient(m) }\ngiven: { m: [[1, 2]] }\ntolerance: { abs: 1e-6 }",
        "factor",
    ),
    (
        "gradient: { of: reference.squares(x), wrt: x, upstream: g, equals: 'squares_backward(x, g)' }\ngiven: { x: [1, 2], g: [3, 0] }\ntolerance: { abs: 1e-6 }",
        "no chain",
    ),
    ("finite: largest([1000, 0])", "overflow"),
    ("panics: mean([])", "no panic"),
    ("fails: divide(1, 0)", "zero"),
    ("fails: divide(1, 0)\nerror: division by zero", "message"),
    (
        "script:\n  - do: push(1)\n  - do: push(2)\n  - call: pop()\n    expect: 2\n  - holds: size() == 1",
        "queue",
    ),
];

/// Draws of random numbers, and the flaw that they show.
const STATISTICAL: &[(&str, &str)] = &[
    ("statistical: { of: 'sample(seed, 3)', mean: 3 }", "shifted"),
    ("statistical: { of: 'sample(seed, 0)', mean: 0, variance: 1 }", "wide"),
    ("statistical: { of: 'sample(seed, 0)', mean: 0 }", "constant"),
    (
        "statistical: { of: 'sample(seed, m) > m', mean: 0.5 }\nfor_all: { m: real(-5..5) }",
        "shifted",
    ),
];

/// What stands beside those that prove little alone.
const COMPANY: &str = "\n- name: a value\n  call: mean([2])\n  expect: = 2\n- name: another\n  call: divide(6, 3)\n\
                       - name: a third\n  call: largest([1])";

fn check(body: &str) -> String {
    let body: String = body.lines().map(|line| format!("\n  {line}")).collect();
    format!("- name: c{body}{COMPANY}")
}

#[test]
fn a_flaw_is_shown_on_numbers_that_a_person_can_work_with() {
    let mut told = String::new();
    for (body, flaw) in CHECKS.iter().chain(STATISTICAL) {
        let plan = plan(&check(body)).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(
            grade(&plan, "")
                .checks
                .iter()
                .all(|(judged, _)| judged.verdict.is_pass()),
            "{body}"
        );
        let feedback = feedback::for_student(&plan.checks[0], &grade(&plan, flaw).checks[0].0);
        let feedback = feedback.unwrap_or_else(|| panic!("{flaw} passes {body}"));
        writeln!(told, "### {flaw}\n{body}\n---\n{feedback}\n").unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_packed_check_of_any_kind_judges_like_the_plan() {
    for (body, flaw) in CHECKS.iter().chain(STATISTICAL) {
        let plan = plan(&check(body)).unwrap();
        let all: Vec<usize> = (0..plan.checks.len()).collect();
        let reference = ReferenceAnswers::ask(&plan, &all, &mut Course::new(""));
        let text = pack(&plan, &reference, &Conditions::default()).unwrap();
        let (packed, answers) = unpack(&text, signature()).unwrap_or_else(|why| panic!("{body}: {why}"));
        assert_eq!(pack(&packed, &answers, &Conditions::default()).unwrap(), text, "{body}");
        let whole = judge(&plan, &[0], &reference, &mut Course::new(flaw));
        assert_eq!(judge(&packed, &[0], &answers, &mut Course::new(flaw)), whole, "{body}");
    }
}

#[test]
fn a_widened_call_takes_every_answer_that_is_meant() {
    for (body, flaw) in [
        ("call: root(9)\nany_of: [3, = 0 - 3]", "negative"),
        ("call: distinct([1, 2, 2])\nunordered: true", "forward"),
        ("call: direction([3, 4])\nup_to: sign", "opposite"),
        ("call: axes([[1, 2], [3, 4]])\nup_to: column_signs", "mirrored"),
        ("fails: divide(1, 0)\nerror: = concat('division', ' by zero')", ""),
        ("fails: divide(1, 0)", "message"),
    ] {
        let plan = plan(&check(body)).unwrap_or_else(|errors| panic!("{errors}"));
        let verdict = &grade(&plan, flaw).checks[0].0.verdict;
        assert!(verdict.is_pass(), "{body}: {verdict:?}");
    }
}

#[test]
fn a_filter_lets_only_some_inputs_through_and_says_so_when_it_lets_none() {
    let drawn = |filter: &str| {
        let body = format!("call: mean(x)\nfor_all: {{ x: 'vector(2..=4, 0..5)' }}\ncases: 20\nwhere: {filter}");
        plan(&check(&body)).map(|plan| plan.checks[0].cases.clone())
    };
    let all = drawn("x[0] > x[1]").unwrap();
    assert_eq!(all.len(), 20);
    for case in &all {
        let [grader_abi::Value::Reals(x)] = case.as_slice() else {
            panic!("{case:?}")
        };
        assert!(x[0] > x[1], "{x:?}");
    }
    assert_eq!(drawn("true"), drawn("len(x) >= 2"));
    for (filter, why) in [
        ("x[0] > 5", "this lets none of 200 inputs through"),
        ("x[4] > 0", "`x[4]` has no value"),
        ("x > 1", "this must be true or false"),
        ("mean(x) > 1", "inputs cannot depend on answers"),
    ] {
        let errors = drawn(filter).unwrap_err();
        assert!(errors.contains(why) && errors.contains(filter), "{errors}");
    }
}

#[test]
fn steps_run_in_order_on_one_instance_and_a_nested_call_finds_it_as_it_was_left() {
    let log = |body: &str| {
        let plan = plan(&format!("{}\n  deterministic: false", check(body).replace(COMPANY, ""))).unwrap();
        let reference = ReferenceAnswers::ask(&plan, &[0], &mut Course::new(""));
        let mut course = Course::new("");
        let judged = judge(&plan, &[0], &reference, &mut course);
        assert!(judged[0].verdict.is_pass(), "{:?}", judged[0]);
        course.log.join(", ")
    };
    assert_eq!(
        log("script:\n  - do: push(1)\n  - call: add_top(2)\n    expect: 3\n  - holds: size() == 2"),
        "fresh push, add_top, size"
    );
    // The outer call waits for the inner one, and what comes after both waits too. Then all of it is told again.
    assert_eq!(
        log("script:\n  - do: push(1)\n  - call: add_top(add_top(2))\n    expect: 6\n  - holds: size() == 3"),
        "fresh push, add_top, fresh push, add_top, add_top, size"
    );
    assert_eq!(
        log("holds: add_top(add_top(1)) == 2 and size() == 2"),
        "fresh add_top, fresh add_top, add_top, size"
    );
    assert_eq!(
        log("call: add_top(add_top(add_top(1)))\nexpect: 4")
            .matches("fresh")
            .count(),
        3
    );
}

#[test]
fn a_step_that_ends_badly_leaves_the_later_ones_unanswered() {
    let script = "script:\n  - do: push(1)\n  - call: pop()\n  - call: size()";
    let plan = plan(&check(script)).unwrap();
    let judged = &grade(&plan, "crash").checks[0].0;
    assert_eq!(judged.verdict.word(), "error");
    let told = feedback::for_student(&plan.checks[0], judged).unwrap();
    assert!(
        told.contains("pop() panicked at src/lib.rs:7:9: the last one is stuck"),
        "{told}"
    );
}
