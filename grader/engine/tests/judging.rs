//! From a spec's text and a solution's answers to verdicts, points and feedback: pure, without a process.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
#![cfg(feature = "spec")]

use std::cell::Cell;

use grader_abi::{Decoder, Function, IntegerType, Parameter, Signature, Type, Value};
use grader_engine::spec::Spec;
use grader_engine::{
    Call, Caller, Conditions, Judged, Outcome, Phase, Plan, ReferenceAnswers, Scored, Verdict, feedback, judge, pack,
    score, unpack, unpack_alone,
};

/// What a solution answers to a function's name and first argument.
type Answer<'a> = &'a dyn Fn(&str, &[f64]) -> Outcome;

/// A solution as a function from a name and its argument to an outcome.
struct Solution<'a> {
    signature: &'a Signature,
    answer: Answer<'a>,
}

impl Caller for Solution<'_> {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        calls.iter().map(|call| self.one(call)).collect()
    }
}

impl Solution<'_> {
    fn one(&self, call: &Call) -> Outcome {
        let function = &self.signature.functions[call.function as usize];
        let argument = Value::decode(&function.parameters[0].ty, &mut Decoder::new(&call.arguments)).unwrap();
        let Value::Reals(x) = argument else {
            panic!("the first parameter is a list")
        };
        (self.answer)(&function.name, &x)
    }
}

fn signature() -> Signature {
    let function = |name: &str, more: &[(&str, Type)], returns: Type| {
        let first = ("x", Type::F64.list());
        let parameters = [first].into_iter().chain(more.iter().cloned());
        Function {
            name: name.into(),
            docs: String::new(),
            mutates: false,
            parameters: parameters
                .map(|(name, ty)| Parameter { name: name.into(), ty })
                .collect(),
            returns,
        }
    };
    Signature {
        contract: "Test".into(),
        functions: vec![
            function("total", &[], Type::F64),
            function("double", &[], Type::F64.list()),
            function("squares", &[], Type::F64),
            function("at", &[("index", Type::Integer(IntegerType::Usize))], Type::F64),
            function("first", &[], Type::Option(Box::new(Type::F64))),
            function("word", &[("other", Type::Text)], Type::Text),
        ],
    }
}

fn right(name: &str, x: &[f64]) -> Outcome {
    Outcome::Returned(match name {
        "total" => Value::Real(x.iter().sum()),
        "double" => Value::Reals(x.iter().map(|x| 2.0 * x).collect()),
        "first" => Value::Option(x.first().map(|x| Box::new(Value::Real(*x)))),
        "word" => Value::Text("yes".into()),
        "squares" => Value::Real(x.iter().map(|x| x * x).sum()),
        _ if x.is_empty() => {
            return Outcome::Panicked {
                message: "out of bounds".into(),
                place: "src/lib.rs:1:2".into(),
            };
        }
        _ => Value::Real(x[0]),
    })
}

/// A spec around some exercises.
fn spec(points: u32, exercises: &str) -> String {
    format!(
        "version: 1\nassignment: Test\ncontract: c\nreference: r\ntemplate: t\npoints: {points}\nseed: 1\nsecret_seed: 2\n\
         exercises:\n{exercises}"
    )
}

fn plan(points: u32, exercises: &str) -> Plan {
    let spec = Spec::read("test.yaml", &spec(points, exercises)).unwrap_or_else(|errors| panic!("{errors}"));
    spec.plan(&signature()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn grade(plan: &Plan, answer: Answer<'_>) -> Scored {
    let all: Vec<usize> = (0..plan.checks.len()).collect();
    let reference = ReferenceAnswers::ask(
        plan,
        &all,
        &mut Solution {
            signature: &plan.signature,
            answer: &right,
        },
    );
    let judged = judge(
        plan,
        &all,
        &reference,
        &mut Solution {
            signature: &plan.signature,
            answer,
        },
    );
    score(plan, judged)
}

fn words(scored: &Scored) -> Vec<&'static str> {
    scored.checks.iter().map(|(judged, _)| judged.verdict.word()).collect()
}

/// One exercise of 10 points with these checks, which stand at the margin.
fn exercise(checks: &str) -> String {
    let indented: String = checks.lines().map(|line| format!("      {line}\n")).collect();
    format!("  - id: e\n    title: E\n    points: 10\n    checks:\n{indented}")
}

fn verdict_of(check: &str, answer: Answer<'_>) -> Judged {
    let plan = plan(10, &exercise(check));
    grade(&plan, answer).checks.swap_remove(0).0
}

fn real(value: f64) -> Outcome {
    Outcome::Returned(Value::Real(value))
}

#[test]
fn each_kind_of_check_passes_what_is_right_and_fails_what_is_wrong() {
    let cases: [(&str, Answer<'_>, &str); 14] = [
        ("- name: c\n  call: total([1, 2])", &right, "pass"),
        ("- name: c\n  call: total([1, 2])", &|_, _| real(3.5), "has no reason"),
        ("- name: c\n  call: total([1, 2])\n  expect: 3", &right, "pass"),
        ("- name: c\n  call: total([1, 2])\n  expect: = 1 + 2", &right, "pass"),
        (
            "- name: c\n  call: total([1, inf])\n  expect: inf",
            &|_, _| real(1e308),
            "inf",
        ),
        ("- name: c\n  call: total([1, 2])", &|_, _| real(f64::NAN), "NaN"),
        ("- name: c\n  holds: not (total([1]) == 2)", &right, "pass"),
        (
            "- name: c\n  holds: not (total([1]) == 2)",
            &|_, _| real(f64::NAN),
            "a NaN is in the comparison",
        ),
        (
            "- name: c\n  holds: all(double([1, 2]) > 0)",
            &|_, _| Outcome::Returned(Value::Reals(vec![1.0, -1.0])),
            "left > right",
        ),
        (
            "- name: c\n  call: double([1, 2])",
            &|_, _| Outcome::Returned(Value::Reals(vec![2.0])),
            "has 1 entry, wanted 2",
        ),
        (
            "- name: c\n  holds: double([1, 2])[1] == 4",
            &|_, _| Outcome::Returned(Value::Reals(vec![])),
            "has no entry 1",
        ),
        (
            "- name: c\n  for_all: { x: vector(2..=3) }\n  gradient: { of: reference.squares(x), wrt: x, equals: double(x) }\n  tolerance: { abs: 1e-6 }",
            &right,
            "pass",
        ),
        (
            "- name: c\n  for_all: { x: vector(2..=3) }\n  gradient: { of: reference.squares(x), wrt: x, equals: double(x) }\n  tolerance: { abs: 1e-6 }",
            &|_, x| Outcome::Returned(Value::Reals(x.to_vec())),
            "entry",
        ),
        (
            "- name: c\n  holds: total([1]) == 1 and total([2]) == 2",
            &right,
            "pass",
        ),
    ];
    for (check, answer, want) in cases {
        let judged = verdict_of(check, answer);
        match (&judged.verdict, want) {
            (Verdict::Pass, "pass") => {}
            (Verdict::Fail { why }, want) if why.contains(want) || want == "has no reason" => {}
            (verdict, want) => panic!("{check}\n{verdict:?}\nwanted {want}"),
        }
    }
}

#[test]
fn data_is_read_by_the_type_that_is_wanted() {
    let first: Answer<'_> = &|_, _| Outcome::Returned(Value::Option(None));
    let one: Answer<'_> = &|_, _| Outcome::Returned(Value::Option(Some(Box::new(Value::Real(1.0)))));
    let cases: [(&str, Answer<'_>, &str); 9] = [
        ("call: first([1])\n  expect: null", first, "pass"),
        ("call: first([1])\n  expect: null", one, "fail"),
        ("call: first([1])\n  expect:", one, "fail"),
        ("call: first([1])\n  expect: 1", one, "pass"),
        ("call: first([1])\n  expect: { Some: 1 }", one, "pass"),
        ("call: first([1])\n  expect: = None", one, "fail"),
        ("call: word([1], 'a')\n  expect: yes", &right, "pass"),
        (
            "given: { t: yes }\n  call: word([1], t)\n  expect: 'yes'",
            &right,
            "pass",
        ),
        ("given: { x: [1, nan, -inf] }\n  call: at(x, 0)", &right, "pass"),
    ];
    for (check, answer, word) in cases {
        let judged = verdict_of(&format!("- name: c\n  {check}"), answer);
        assert_eq!(judged.verdict.word(), word, "{check}");
    }
    let refused = |check: &str| {
        let text = spec(10, &exercise(&format!("- name: c\n  {check}")));
        Spec::read("test.yaml", &text)
            .and_then(|spec| spec.plan(&signature()))
            .unwrap_err()
            .to_string()
    };
    assert!(refused("call: total([1])\n  expect: null").contains("null where real is wanted"));
    assert!(refused("given: { t: 1 }\n  call: word([1], t)").contains("put it in quotes"));
}

#[test]
fn a_check_has_only_the_given_values_that_it_uses() {
    let exercises = "  - id: e\n    title: E\n    points: 10\n    given: { x: [1, 2], n: 2, m: { Some: 1 }, unused: [3] }\n    checks:\n\
                     \x20     - name: a\n        call: total(x)\n\
                     \x20     - name: b\n        for_all: { x: vector(n) }\n        cases: 2\n        call: total(x)\n\
                     \x20     - name: c\n        given: { x: [5] }\n        call: total(x)\n";
    let plan = plan(10, exercises);
    let names: Vec<Vec<&str>> = plan
        .checks
        .iter()
        .map(|check| check.names.iter().map(|(name, _)| name.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["x"], vec!["n", "x"], vec!["n", "x"], vec!["x"]]);
    assert_eq!(plan.checks[3].cases, [[Value::Reals(vec![5.0])]]);
}

#[test]
fn inputs_without_bound_are_refused() {
    let check = "- name: c\n  for_all:\n    x: choice([repeat(0.5, 100000)])\n  cases: 10000\n  call: total(x)";
    let spec = Spec::read("test.yaml", &spec(10, &exercise(check))).unwrap();
    let errors = spec.plan(&signature()).unwrap_err().to_string();
    assert!(errors.contains("more than 2000000 values"), "{errors}");
}

#[test]
fn only_the_students_own_panic_passes_for_one() {
    let check = "- name: value\n  call: at([7], 0)\n- name: c\n  panics: at([reference.at([], 0)], 0)";
    let plan = plan(10, &exercise(check));
    let scored = grade(&plan, &right);
    assert_eq!(words(&scored), ["pass", "not_graded"]);
}

#[test]
fn a_nan_agrees_with_a_nan_only_where_the_check_says_so() {
    let nan: Answer<'_> = &|name, x| match name {
        "double" => right(name, x),
        _ => real(f64::NAN),
    };
    for (rule, word) in [
        ("call: total([1])\n  expect: nan", "fail"),
        ("call: total([1])\n  expect: nan\n  nan: equal", "pass"),
        ("holds: total([1]) == 0 / 0\n  nan: equal", "pass"),
        ("holds: total([1]) <= 0 / 0\n  nan: equal", "pass"),
        ("holds: total([1]) <= 0 / 0", "fail"),
        ("holds: total([1]) < 0 / 0\n  nan: equal", "fail"),
        ("holds: not (total([1]) == 1)", "fail"),
        ("holds: not (len(double([1])) == 0 / 0)", "fail"),
        ("holds: total([1]) != 1", "fail"),
        ("holds: total([1]) == 1 or true", "fail"),
    ] {
        let judged = verdict_of(&format!("- name: c\n  {rule}"), nan);
        assert_eq!(judged.verdict.word(), word, "{rule}");
    }
}

#[test]
fn a_derivative_that_the_spec_cannot_have_is_no_fault_of_the_student() {
    let check =
        "- name: c\n  given: { x: [1e200] }\n  gradient: { of: reference.squares(x), wrt: x, equals: double(x) }";
    let judged = verdict_of(check, &right);
    assert_eq!(judged.verdict.word(), "not_graded", "{:?}", judged.verdict);
}

#[test]
fn a_derivative_is_taken_at_large_points_and_one_coordinate_at_a_time() {
    for gradient in [
        "given: { x: [1e8, -3e7] }\n  gradient: { of: reference.squares(x), wrt: x, equals: double(x) }\n  tolerance: { rel: 1e-6 }",
        "given: { x: [1, 2] }\n  gradient:\n    of: reference.total(x) ^ 2\n    wrt: x\n    equals: repeat(2 * total(x), 2)\n  tolerance: { abs: 1e-7 }",
        "given: { x: 3.0 }\n  gradient:\n    of: reference.total([x]) ^ 2 + total([x])\n    wrt: x\n    equals: 2 * total([x]) + 1\n  tolerance: { abs: 1e-7 }",
    ] {
        let judged = verdict_of(&format!("- name: c\n  {gradient}"), &right);
        assert_eq!(judged.verdict, Verdict::Pass, "{gradient}");
    }
}

#[test]
fn what_is_wanted_asks_the_reference_apart_from_the_call() {
    let check = "- name: c\n  call: total([reference.at([7], 0)])\n  expect: = reference.at([5], 0) + at([2], 0)";
    assert_eq!(verdict_of(check, &right).verdict, Verdict::Pass);
}

#[test]
fn a_case_has_one_fresh_instance_and_the_first_is_asked_again_on_another() {
    struct Recorded(Vec<bool>);
    impl Caller for Recorded {
        fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
            self.0.extend(calls.iter().map(|call| call.fresh));
            calls.iter().map(|_| real(1.0)).collect()
        }
    }
    let plan = plan(
        10,
        &exercise("- name: c\n  for_all: { x: vector(2) }\n  cases: 2\n  holds: total(x) + squares(x) == 2"),
    );
    let mut recorded = Recorded(Vec::new());
    let judged = judge(&plan, &[0], &ReferenceAnswers::default(), &mut recorded);
    assert_eq!(judged[0].verdict, Verdict::Pass);
    assert_eq!(recorded.0, [true, false].repeat(3));
}

#[test]
fn finite_entries_of_another_shape_are_not_enough() {
    let check = "- name: value\n  call: double([1])\n- name: c\n  finite: double([1, 2])";
    let plan = plan(10, &exercise(check));
    let scored = grade(&plan, &|_, _| Outcome::Returned(Value::Reals(vec![2.0])));
    let why = "has 1 entry, wanted 2".to_owned();
    assert_eq!(words(&scored), ["pass", "fail"]);
    assert_eq!(scored.checks[1].0.verdict, Verdict::Fail { why });
}

#[test]
fn one_passing_value_check_is_company_enough() {
    let plan = plan(
        10,
        &exercise("- name: a\n  call: at([7], 0)\n- name: b\n  call: at([8], 0)\n- name: c\n  finite: at([9], 0)"),
    );
    let scored = grade(&plan, &|name, x| if x == [8.0] { real(0.0) } else { right(name, x) });
    assert_eq!(words(&scored), ["pass", "fail", "pass"]);
}

#[test]
fn hidden_inputs_are_drawn_from_the_secret_seed() {
    let check = |visibility: &str| {
        let check = format!("- name: c\n  for_all: {{ x: vector(4) }}\n  call: total(x)\n  visibility: {visibility}");
        plan(10, &exercise(&check)).checks
    };
    let (open, hidden) = (check("public"), check("hidden"));
    assert_eq!((open.len(), hidden.len()), (2, 1));
    assert_eq!(open[1].cases, hidden[0].cases);
    assert_ne!(open[0].cases, hidden[0].cases);
    let told = |answer: Answer<'_>| {
        let plan = plan(
            10,
            &exercise("- name: c\n  for_all: { x: vector(4) }\n  cases: 2\n  call: total(x)"),
        );
        feedback::for_student(&plan.checks[0], &grade(&plan, answer).checks[0].0).unwrap()
    };
    assert!(told(&|_, _| real(0.5)).ends_with("\n  2 of 2 inputs fail; this is the first"));
}

#[test]
fn a_check_asked_for_twice_is_judged_twice() {
    let plan = plan(
        10,
        &exercise("- name: a\n  call: total([1])\n- name: b\n  call: double([1])"),
    );
    let mut solution = Solution {
        signature: &plan.signature,
        answer: &right,
    };
    let reference = ReferenceAnswers::ask(&plan, &[0, 1], &mut solution);
    let judged = judge(&plan, &[1, 0, 1], &reference, &mut solution);
    assert!(judged.iter().all(|judged| judged.verdict.is_pass()), "{judged:?}");
}

#[test]
fn answers_too_few_are_not_held_against_the_student_and_too_many_are_not_used() {
    struct Counted(usize);
    impl Caller for Counted {
        fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
            (0..calls.len() + 2).map(|_| real(1.0)).take(self.0).collect()
        }
    }
    let plan = plan(10, &exercise("- name: a\n  call: total([1])\n  expect: 1"));
    for (count, word) in [(0, "not_graded"), (1, "not_graded"), (2, "pass"), (4, "pass")] {
        let judged = judge(&plan, &[0], &ReferenceAnswers::default(), &mut Counted(count));
        assert_eq!(judged[0].verdict.word(), word, "{count} answers");
    }
}

#[test]
fn answers_that_differ_behind_the_shown_entries_are_not_deterministic() {
    let calls = Cell::new(0.0);
    let counting = |_: &str, _: &[f64]| {
        calls.set(calls.get() + 1.0);
        let mut long = vec![f64::NAN; 40];
        long[39] = calls.get();
        Outcome::Returned(Value::Reals(long))
    };
    let judged = verdict_of("- name: c\n  holds: len(double([1])) == 40", &counting);
    assert!(matches!(&judged.verdict, Verdict::Fail { why } if why.starts_with("not deterministic")));
    let judged = verdict_of("- name: c\n  holds: len(double([1])) == 40", &|_, _| {
        Outcome::Returned(Value::Reals(vec![f64::NAN; 40]))
    });
    assert_eq!(judged.verdict, Verdict::Pass);
}

#[test]
fn the_first_failing_case_is_shown_and_the_others_are_counted() {
    let check = "- name: c\n  for_all:\n    x: vector(1..=4, 0..10)\n  cases: 20\n  call: total(x)";
    let plan = plan(10, &exercise(check));
    let judged = grade(&plan, &|_, x| real(if x.len() > 2 { -1.0 } else { x.iter().sum() }))
        .checks
        .swap_remove(0)
        .0;
    let is_long = |case: &&Vec<Value>| matches!(&case[0], Value::Reals(x) if x.len() > 2);
    assert!(matches!(judged.verdict, Verdict::Fail { .. }));
    assert_eq!(
        (judged.cases, judged.failing),
        (20, plan.checks[0].cases.iter().filter(is_long).count())
    );
    assert_eq!(
        Some(&judged.observed.inputs[0].1),
        plan.checks[0].cases.iter().find(is_long).map(|case| &case[0])
    );
}

#[test]
fn a_call_that_does_not_return_is_an_error_of_that_check_only() {
    let plan = plan(
        10,
        &exercise(
            "- name: a\n  call: total([1])\n- name: b\n  call: double([1])\n- name: c\n  panics: at([], 0)\n- name: d\n  call: at([7], 0)",
        ),
    );
    let answers: [(Outcome, &str); 5] = [
        (
            Outcome::Panicked {
                message: "boom".into(),
                place: "src/lib.rs:3:4".into(),
            },
            "error",
        ),
        (Outcome::NotImplemented, "error"),
        (
            Outcome::TimedOut {
                why: "no answer".into(),
            },
            "error",
        ),
        (Outcome::Exited { code: 0 }, "error"),
        (Outcome::HarnessFault { why: "ours".into() }, "not_graded"),
    ];
    for (outcome, word) in answers {
        let scored = grade(&plan, &|name, x| {
            if name == "total" {
                outcome.clone()
            } else {
                right(name, x)
            }
        });
        assert_eq!(words(&scored), [word, "pass", "pass", "pass"], "{outcome:?}");
        assert_eq!(scored.is_not_graded(), word == "not_graded");
    }
}

#[test]
fn todo_is_no_panic_and_what_proves_little_needs_company() {
    let checks =
        "- name: value\n  call: at([7], 0)\n- name: panics\n  panics: at([], 0)\n- name: finite\n  finite: at([7], 0)";
    let plan = plan(10, &exercise(checks));
    let always_panics = |_: &str, _: &[f64]| Outcome::Panicked {
        message: String::new(),
        place: String::new(),
    };
    for (answer, want) in [
        (&right as Answer<'_>, ["pass", "pass", "pass"]),
        (&|_, _| Outcome::NotImplemented, ["error", "error", "error"]),
        (&always_panics, ["error", "skipped", "error"]),
        (
            &|_, x| if x.is_empty() { right("at", x) } else { real(0.0) },
            ["fail", "skipped", "skipped"],
        ),
    ] {
        assert_eq!(words(&grade(&plan, answer)), want);
    }
}

#[test]
fn a_check_whose_prerequisite_fails_is_skipped_and_so_is_what_builds_on_it() {
    let checks = "- id: a\n  name: A\n  call: total([1])\n- id: b\n  name: B\n  call: double([1])\n  requires: [a]\n- id: c\n  name: C\n  call: double([2])\n  requires: [e/b]";
    let plan = plan(10, &exercise(checks));
    let scored = grade(&plan, &|name, x| {
        if name == "total" { real(9.0) } else { right(name, x) }
    });
    assert_eq!(words(&scored), ["fail", "skipped", "skipped"]);
    assert_eq!(
        feedback::for_student(&plan.checks[1], &scored.checks[1].0).unwrap(),
        "skipped: “A” has to pass first"
    );
}

#[test]
fn what_is_not_written_is_told_so_even_where_something_else_is_required() {
    let checks = "- id: a\n  name: A\n  call: total([1])\n- id: b\n  name: B\n  call: double([1])\n  requires: [a]\n- id: c\n  name: C\n  finite: total([1])\n  requires: [a]";
    let plan = plan(10, &exercise(checks));
    let scored = grade(&plan, &|_, _| Outcome::NotImplemented);
    for (check, (judged, _)) in plan.checks.iter().zip(&scored.checks) {
        assert_eq!(feedback::for_student(check, judged).as_deref(), Some("not implemented"));
    }
}

#[test]
fn what_the_grader_failed_in_is_not_graded_and_neither_is_what_builds_on_it() {
    let checks = "- id: a\n  name: A\n  for_all: { x: vector(1..=3) }\n  cases: 20\n  call: total(x)\n- id: b\n  name: B\n  call: double([1])\n  requires: [a]\n- id: c\n  name: C\n  call: at([1], 0)\n- id: d\n  name: D\n  finite: at([2], 0)";
    let plan = plan(10, &exercise(checks));
    let scored = grade(&plan, &|name, x| match name {
        "total" if x.len() > 2 => Outcome::HarnessFault { why: "ours".into() },
        "total" => real(-1.0),
        "at" if x == [1.0] => Outcome::HarnessFault { why: "ours".into() },
        _ => right(name, x),
    });
    assert_eq!(
        words(&scored),
        ["not_graded", "not_graded", "not_graded", "not_graded", "not_graded"]
    );
    assert_eq!(scored.checks[0].0.verdict, Verdict::NotGraded { why: "ours".into() });
}

#[test]
fn a_check_that_counts_nothing_can_fail_even_in_all_or_nothing() {
    let exercises = "  - id: a\n    title: A\n    points: 10\n    all_or_nothing: true\n    checks:\n      - name: x\n        call: total([1])\n      - name: y\n        call: double([1])\n        weight: 0\n";
    let plan = plan(10, exercises);
    let wrong = |wrong: &'static str| {
        move |name: &str, x: &[f64]| {
            if name == wrong {
                Outcome::NotImplemented
            } else {
                right(name, x)
            }
        }
    };
    assert_eq!(grade(&plan, &wrong("double")).total.to_string(), "10 of 10");
    assert_eq!(grade(&plan, &wrong("total")).total.to_string(), "0 of 10");
}

#[test]
fn a_solution_that_changes_its_mind_is_not_deterministic() {
    let calls = Cell::new(0.0);
    let counting = |_: &str, _: &[f64]| {
        calls.set(calls.get() + 1.0);
        real(if calls.get() > 1.0 { 4.0 } else { 3.0 })
    };
    let judged = verdict_of("- name: c\n  call: total([1, 2])", &counting);
    let Verdict::Fail { why } = judged.verdict else {
        panic!("{:?}", judged.verdict)
    };
    assert_eq!(
        why,
        "not deterministic: asked twice, it first returned 3.0 and then returned 4.0"
    );
    calls.set(0.0);
    let wrong = |name: &str, x: &[f64]| if x == [1.0] { counting(name, x) } else { real(0.0) };
    let judged = verdict_of("- name: c\n  holds: total([1]) < 0 or total([2]) == 1", &wrong);
    assert!(
        matches!(&judged.verdict, Verdict::Fail { why } if why.contains("does not hold")),
        "{judged:?}"
    );
    calls.set(0.0);
    let judged = verdict_of("- name: c\n  call: total([1, 2])\n  deterministic: false", &counting);
    assert_eq!(judged.verdict, Verdict::Pass);
}

#[test]
fn points_are_shared_by_weight_and_a_propertys_are_halved_between_its_inputs() {
    let checks = "- name: a\n  call: total([1])\n- name: b\n  for_all: { x: vector(2) }\n  cases: 3\n  call: total(x)\n  weight: 3\n- name: c\n  for_all: { x: vector(2) }\n  cases: 3\n  call: total(x)\n  visibility: hidden";
    let plan = plan(10, &exercise(checks));
    let shares: Vec<(String, String)> = plan
        .checks
        .iter()
        .map(|check| (check.id.clone(), check.points.to_string()))
        .collect();
    let want = [("a", "2"), ("b", "3"), ("b@secret", "3"), ("c", "2")];
    assert_eq!(shares, want.map(|(id, points)| (id.to_owned(), points.to_owned())));
    assert_eq!(
        (plan.phase(Phase::Open), plan.phase(Phase::Hidden)),
        (vec![0, 1], vec![2, 3])
    );
    assert_ne!(plan.checks[1].cases, plan.checks[2].cases);
}

#[test]
fn bonus_adds_to_what_is_earned_only_and_all_or_nothing_loses_all() {
    let exercises = "  - id: a\n    title: A\n    points: 10\n    all_or_nothing: true\n    checks:\n      - name: x\n        call: total([1])\n      - name: y\n        call: double([1])\n  - id: b\n    title: B\n    points: 5\n    bonus: true\n    checks:\n      - name: z\n        call: squares([1])\n";
    let plan = plan(10, exercises);
    assert_eq!(grade(&plan, &right).total.to_string(), "15 of 10");
    let scored = grade(&plan, &|name, x| {
        if name == "total" { real(0.5) } else { right(name, x) }
    });
    assert_eq!(scored.total.to_string(), "5 of 10");
}

#[test]
fn students_see_nothing_of_a_hidden_check() {
    let exercises = "  - id: e\n    title: E\n    points: 10\n    given: { open: [1], canary: [7.25] }\n    checks:\n\
                     \x20     - name: seen\n        call: total(open)\n\
                     \x20     - name: canary-name\n        call: total(canary)\n        visibility: hidden\n        hint: canary-hint\n\
                     \x20     - name: canary-property\n        for_all: { canary: vector(3) }\n        holds: total(canary) == 31.5\n        visibility: hidden\n        requires: [canary-name]\n\
                     \x20     - name: known\n        given: { canary: [8.125] }\n        call: total(canary)\n        visibility: named\n        hint: canary-hint\n\
                     \x20     - name: last\n        call: double(open)\n        requires: [known]\n";
    let plan = plan(10, exercises);
    let scored = grade(&plan, &|name, x| match (name, x) {
        ("total", [1.0]) => right(name, x),
        _ => Outcome::Panicked {
            message: "canary-message".into(),
            place: "canary-place".into(),
        },
    });
    let feedback: Vec<Option<String>> = plan
        .checks
        .iter()
        .zip(&scored.checks)
        .map(|(check, (judged, _))| feedback::for_student(check, judged))
        .collect();
    let want = [
        None,
        None,
        None,
        Some("failed with an error"),
        Some("skipped: “known” has to pass first"),
    ];
    assert_eq!(feedback, want.map(|text| text.map(str::to_owned)));
    assert_eq!(
        feedback::hidden_line(&plan, 0, &scored).unwrap(),
        "2 hidden checks: 0 of 4 points"
    );

    let mut solution = Solution {
        signature: &plan.signature,
        answer: &right,
    };
    let all: Vec<usize> = (0..plan.checks.len()).collect();
    let reference = ReferenceAnswers::ask(&plan, &all, &mut solution);
    let text = pack(&plan, &reference, &Conditions::default()).unwrap();
    for canary in ["canary", "7.25", "31.5", "8.125", "secret", "known", "hidden", "@"] {
        assert!(!text.contains(canary), "{canary} is in {text}");
    }
}

#[test]
fn a_hint_is_for_a_wrong_answer_and_what_is_not_written_is_told_in_one_line() {
    let plan = plan(10, &exercise("- name: c\n  call: total([1, 2])\n  hint: add them"));
    let told = |answer: Answer<'_>| feedback::for_student(&plan.checks[0], &grade(&plan, answer).checks[0].0);
    assert_eq!(told(&right), None);
    assert_eq!(
        told(&|_, _| Outcome::NotImplemented).as_deref(),
        Some("not implemented")
    );
    assert_eq!(
        told(&|_, _| real(3.5)).unwrap(),
        "total([1, 2])\n  got    3.5\n  wanted 3.0\n  off by 0.5, allowed 3.001e-9\nhint: add them"
    );
    let fault = told(&|_, _| Outcome::HarnessFault { why: "ours".into() }).unwrap();
    assert_eq!(fault, "not graded, and no fault of the submission: ours");
}

#[test]
fn a_property_that_fails_says_which_of_its_comparisons_does() {
    let tell = |check: &str, answer: Answer<'_>| {
        let plan = plan(10, &exercise(&format!("- name: c\n  {check}")));
        feedback::for_student(&plan.checks[0], &grade(&plan, answer).checks[0].0).unwrap()
    };
    for (check, answer, want) in [
        (
            "holds: total([1]) == 2 - 1",
            &(|_: &str, _: &[f64]| real(1.5)) as Answer<'_>,
            "total([1]) == 2 - 1\n  left  is 1.5\n  right is 1\n  left differs from right: off by 0.5, allowed 1.001e-9",
        ),
        (
            "holds: total([1]) == 1 and total([2]) >= 3",
            &right,
            "total([1]) == 1 and total([2]) >= 3\n  left  is 2.0\n  right is 3\n  in `total([2]) >= 3`, left >= right does not hold",
        ),
        (
            "holds: not (total([1]) == 1)",
            &right,
            "not (total([1]) == 1)\n  left  is 1.0\n  right is 1\n  it is false",
        ),
        (
            "holds: total([1]) != 1",
            &right,
            "total([1]) != 1\n  left  is 1.0\n  right is 1\n  left equals right, within the tolerance",
        ),
    ] {
        assert_eq!(tell(check, answer), want);
    }
}

#[test]
fn packed_checks_judge_like_the_plan_and_hold_nothing_that_is_hidden() {
    let checks = "- name: seen\n  for_all: { x: vector(1..=3) }\n  cases: 5\n  call: total(x)\n- name: grad\n  for_all: { x: vector(2) }\n  cases: 3\n  gradient: { of: reference.squares(x), wrt: x, equals: double(x) }\n  tolerance: { abs: 1e-6 }\n- name: canary-name\n  call: squares([7.25])\n  visibility: hidden\n- name: value\n  call: at([1, -0.0, inf], 0)\n- name: panics\n  panics: at([], 0)";
    let plan = plan(10, &exercise(checks));
    let all: Vec<usize> = (0..plan.checks.len()).collect();
    let reference = ReferenceAnswers::ask(
        &plan,
        &all,
        &mut Solution {
            signature: &plan.signature,
            answer: &right,
        },
    );
    let text = pack(&plan, &reference, &Conditions::default()).unwrap();
    assert!(
        !text.contains("canary") && !text.contains("7.25") && !text.contains("secret"),
        "{text}"
    );
    let alone = unpack_alone(&text).unwrap();
    let (packed, answers) = unpack(&text, signature()).unwrap();
    assert_eq!(
        (&alone.0, &alone.1, alone.2),
        (&packed, &answers, Conditions::default())
    );
    assert_eq!(pack(&packed, &answers, &Conditions::default()).unwrap(), text);
    let public = plan.phase(Phase::Open);
    let wrong = |name: &str, x: &[f64]| {
        if name == "double" {
            Outcome::Returned(Value::Reals(x.to_vec()))
        } else {
            right(name, x)
        }
    };
    for answer in [&right as Answer<'_>, &wrong] {
        let mut solution = Solution {
            signature: &plan.signature,
            answer,
        };
        let whole = judge(&plan, &public, &reference, &mut solution);
        let part = judge(
            &packed,
            &(0..packed.checks.len()).collect::<Vec<_>>(),
            &answers,
            &mut solution,
        );
        assert_eq!(whole, part);
    }
}

#[test]
fn a_packed_file_of_another_contract_or_program_is_refused() {
    let plan = plan(10, &exercise("- name: seen\n  call: total([1])"));
    let reference = ReferenceAnswers::ask(
        &plan,
        &[0],
        &mut Solution {
            signature: &plan.signature,
            answer: &right,
        },
    );
    let text = pack(&plan, &reference, &Conditions::default()).unwrap();
    let mut other = signature();
    other.functions[0].name = "sum_up".into();
    for (text, signature, want) in [
        (text.clone(), other, "does not fit the contract"),
        (
            text.replace("checks/v1", "checks/v9"),
            signature(),
            "this program reads",
        ),
        (text[..40].to_owned(), signature(), "cannot be read"),
        (
            text.replace("\"signature\":\"", "\"signature\":\"ä"),
            signature(),
            "not hexadecimal",
        ),
        (
            text.replace("\"signature\":\"", "\"signature\":\"ffff"),
            signature(),
            "cannot be read",
        ),
        (String::new(), signature(), "cannot be read"),
        (
            text.replace("\"exercise\":0", "\"exercise\":9"),
            signature(),
            "not there",
        ),
        (
            text.replace("\"beside\":[]", "\"beside\":[7]"),
            signature(),
            "not there",
        ),
        (
            text.replace("\"requires\":[]", "\"requires\":[0]"),
            signature(),
            "not there",
        ),
    ] {
        let error = unpack(&text, signature).unwrap_err();
        assert!(error.contains(want), "{error}");
    }
}
