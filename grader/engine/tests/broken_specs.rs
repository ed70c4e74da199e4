//! What is wrong with a spec is said with its place, all of it at once, and nothing wrong gets through.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
#![cfg(feature = "spec")]

use std::fmt::Write;

use grader_abi::{Function, IntegerType, Parameter, Signature, Type};
use grader_engine::spec::Spec;

/// A spec in order; every broken one is this with one thing changed.
const SPEC: &str = "\
version: 1
assignment: Test
contract: ../contract
reference: ../reference
template: ../template
points: 10
seed: 42
secret_seed: 7
tolerance: { rel: 1e-9, abs: 1e-12 }
limits: { call: 1 s, memory: 512 MiB }
exercises:
  - id: first
    title: First
    points: 10
    given: { p: [0.5, 0.5], k: 1 }
    checks:
      - name: entropy of p
        call: entropy(p)
        expect: = ln(2)
      - name: property
        for_all:
          q: distribution(2..=8)
          c: index(q)
        cases: 10
        holds: entropy(q) >= 0 and pick(q, c) >= 0
        requires: [entropy-of-p]
      - name: slope
        for_all:
          z: logits(2..=4)
        gradient:
          of: reference.entropy(z)
          wrt: z
          equals: slopes(z)
";

/// What is replaced by what.
const BROKEN: [(&str, &str, &str); 84] = [
    ("unknown key", "points: 10\nseed", "point: 10\nseed"),
    ("unknown key of a check", "cases: 10", "case: 10"),
    ("missing key", "title: First\n    ", ""),
    ("duplicate key", "seed: 42", "seed: 42\nseed: 43"),
    (
        "duplicate name",
        "given: { p: [0.5, 0.5], k: 1 }",
        "given: { p: [0.5, 0.5], p: 1 }",
    ),
    ("wrong version", "version: 1", "version: 9"),
    (
        "version not first",
        "version: 1\nassignment: Test",
        "assignment: Test\nversion: 1",
    ),
    ("points that do not add up", "points: 10\nseed", "points: 12\nseed"),
    ("a thousandth of a point", "points: 10\nseed", "points: 10.001\nseed"),
    ("points in words", "    points: 10", "    points: ten"),
    ("too large a number", "rel: 1e-9", "rel: 1e400"),
    ("too large a number in data", "[0.5, 0.5]", "[0.5, 1e400]"),
    (
        "too large a number in an expression",
        "expect: = ln(2)",
        "expect: = ln(1e400)",
    ),
    ("a negative tolerance", "abs: 1e-12", "abs: -1"),
    ("a tolerance that accepts all", "rel: 1e-9", "rel: 1.5"),
    ("a time without unit", "call: 1 s", "call: 1"),
    ("an unknown unit", "memory: 512 MiB", "memory: 512 MB"),
    ("a stack of no use", "memory: 512 MiB", "stack: 1 KiB"),
    (
        "a stack without end",
        "memory: 512 MiB",
        "memory: 512 MiB, stack: 513 MiB",
    ),
    ("unknown function", "call: entropy(p)", "call: entorpy(p)"),
    ("unknown name", "call: entropy(p)", "call: entropy(pp)"),
    ("wrong argument count", "call: entropy(p)", "call: entropy(p, p)"),
    ("wrong argument type", "call: entropy(p)", "call: entropy(3)"),
    ("unfinished expression", "call: entropy(p)", "call: entropy(p"),
    (
        "chained comparison",
        "holds: entropy(q) >= 0",
        "holds: 0 <= entropy(q) <= 1",
    ),
    (
        "not a bool",
        "holds: entropy(q) >= 0 and pick(q, c) >= 0",
        "holds: entropy(q)",
    ),
    (
        "a list of bools",
        "holds: entropy(q) >= 0 and pick(q, c) >= 0",
        "holds: slopes(q) >= 0",
    ),
    (
        "nothing asked of the student",
        "call: entropy(p)",
        "call: reference.entropy(p)",
    ),
    (
        "two kinds of check",
        "call: entropy(p)",
        "call: entropy(p)\n        finite: entropy(p)",
    ),
    (
        "no kind of check",
        "        call: entropy(p)\n        expect: = ln(2)\n",
        "",
    ),
    ("data of another kind", "expect: = ln(2)", "expect: [1, 2]"),
    ("an expectation of another kind", "expect: = ln(2)", "expect: = [1, 2]"),
    ("unknown generator", "distribution(2..=8)", "distributon(2..=8)"),
    ("misused generator", "distribution(2..=8)", "distribution(2..=8, 3)"),
    ("an empty range", "distribution(2..=8)", "distribution(8..=2)"),
    ("no cases", "cases: 10", "cases: 0"),
    (
        "a requirement that is not there",
        "requires: [entropy-of-p]",
        "requires: [entropy]",
    ),
    ("a name that is taken", "- name: property", "- name: entropy of p"),
    ("an unknown variable of a gradient", "wrt: z", "wrt: y"),
    (
        "a gradient of a list",
        "of: reference.entropy(z)",
        "of: reference.slopes(z)",
    ),
    ("an unused name of a wrong kind", "k: 1 }", "k: 1e400 }"),
    ("nothing expected", "expect: = ln(2)", "expect: null"),
    ("an error in what is expected", "expect: = ln(2)", "expect: =   ln(two)"),
    ("too many stars", "title: First", "title: First\n    stars: 6"),
    (
        "nothing to do",
        "    points: 10\n    given",
        "    points: 10\n    checks: []\n  - id: second\n    title: Second\n    points: 0\n    given",
    ),
    (
        "a requirement that students do not see",
        "expect: = ln(2)",
        "expect: = ln(2)\n        visibility: hidden",
    ),
    (
        "no company that students see",
        "      - name: slope\n",
        "      - name: hidden\n        call: slopes(p)\n        visibility: hidden\n      - name: finite\n        finite: slopes(p)\n      - name: slope\n",
    ),
    ("a tag", "call: entropy(p)", "call: !call entropy(p)"),
    ("a tab", "    points: 10", "\tpoints: 10"),
    (
        "several broken keys at once",
        "seed: 42\nsecret_seed: 7",
        "sed: 42\nsecret_seed: soon\nthread: 1",
    ),
    (
        "an unknown visibility",
        "expect: = ln(2)",
        "expect: = ln(2)\n        visibility: hiden",
    ),
    (
        "an unknown policy",
        "expect: = ln(2)",
        "expect: = ln(2)\n        nan: equals",
    ),
    (
        "an unknown policy for unsafe code",
        "seed: 42",
        "seed: 42\nunsafe_code: forbidden",
    ),
    (
        "a text for a list",
        "requires: [entropy-of-p]",
        "requires: entropy-of-p",
    ),
    ("a list for a text", "title: First", "title: [First]"),
    ("nothing for a name", "- name: property", "- name:"),
    ("a negative seed", "seed: 42", "seed: -42"),
    ("an unknown optimization", "seed: 42", "seed: 42\noptimize: 4"),
    ("an unknown generator inside another", "index(q)", "list(2, indx(q))"),
    ("a filter that is no bool", "cases: 10", "cases: 10\n        where: q"),
    (
        "a filter that lets nothing through",
        "cases: 10",
        "cases: 10\n        where: q[0] > 1",
    ),
    (
        "a filter that asks the student",
        "cases: 10",
        "cases: 10\n        where: entropy(q) > 1",
    ),
    (
        "a filter of nothing",
        "expect: = ln(2)",
        "expect: = ln(2)\n        where: k > 0",
    ),
    (
        "special numbers where there are none",
        "index(q)",
        "index(q, special = true)",
    ),
    (
        "two expectations",
        "expect: = ln(2)",
        "expect: = ln(2)\n        any_of: [1, 2]",
    ),
    ("none of several", "expect: = ln(2)", "any_of: []"),
    (
        "one of several of another kind",
        "expect: = ln(2)",
        "any_of: [1, [2], = ln(two)]",
    ),
    ("order where there is none", "expect: = ln(2)", "unordered: true"),
    (
        "rows where there are none",
        "call: entropy(p)\n        expect: = ln(2)",
        "call: slopes(p)\n        up_to: row_signs",
    ),
    ("an unknown sign", "expect: = ln(2)", "up_to: signs"),
    (
        "a failure of what cannot fail",
        "call: entropy(p)\n        expect: = ln(2)",
        "fails: entropy(p)",
    ),
    ("an error of what does not fail", "expect: = ln(2)", "error: bad"),
    (
        "a step without a question",
        "call: entropy(p)\n        expect: = ln(2)",
        "script:\n          - expect: 1\n          - call: entropy(q)\n          - do: entropy(p)\n            expect: 1",
    ),
    (
        "a script that wants nothing",
        "call: entropy(p)\n        expect: = ln(2)",
        "script:\n          - do: entropy(p)",
    ),
    (
        "a step too small",
        "equals: slopes(z)",
        "equals: slopes(z)\n          step: 1e-11",
    ),
    (
        "draws that do not use their seed",
        "call: entropy(p)\n        expect: = ln(2)",
        "statistical: { of: entropy(p), mean: 0, draws: 10 }",
    ),
    (
        "draws of which nothing is wanted",
        "call: entropy(p)\n        expect: = ln(2)",
        "statistical: { of: 'pick(p, seed)', sigmas: 1 }",
    ),
    (
        "a seed of another kind",
        "call: entropy(p)\n        expect: = ln(2)",
        "given: { p: [1], seed: 1 }\n        statistical: { of: 'pick(p, seed)', mean: entropy(p) }",
    ),
    (
        "a moment without its offset",
        "seed: 42",
        "seed: 42\ngrading: { due: 2026-12-01T23:59:00 }",
    ),
    (
        "what is late without a deadline",
        "seed: 42",
        "seed: 42\ngrading: { late: { per: day, penalty: 10 % } }",
    ),
    (
        "an unknown key of grading, and a penalty without a unit",
        "seed: 42",
        "seed: 42\ngrading:\n  due: 2026-12-01T23:59:00Z\n  late: { per: week, penalty: 10 }\n  bonus: 5",
    ),
    (
        "a penalty of more than all",
        "seed: 42",
        "seed: 42\ngrading:\n  due: 2026-12-01T23:59:00Z\n  late: { per: day, penalty: 110 % }",
    ),
    ("a negative bonus", "seed: 42", "seed: 42\ngrading: { bonus_cap: -1 }"),
    ("weights of another kind", "wrt: z", "wrt: z\n          upstream: z"),
];

fn signature() -> Signature {
    let function = |name: &str, parameters: &[(&str, Type)], returns: Type| Function {
        name: name.into(),
        docs: String::new(),
        mutates: false,
        parameters: parameters
            .iter()
            .map(|(name, ty)| Parameter {
                name: (*name).into(),
                ty: ty.clone(),
            })
            .collect(),
        returns,
    };
    let vector = || Type::F64.list();
    Signature {
        contract: "Test".into(),
        functions: vec![
            function("entropy", &[("p", vector())], Type::F64),
            function(
                "pick",
                &[("p", vector()), ("k", Type::Integer(IntegerType::Usize))],
                Type::F64,
            ),
            function("slopes", &[("z", vector())], vector()),
        ],
    }
}

fn errors(text: &str) -> Option<(String, Vec<(usize, usize)>)> {
    let outcome = Spec::read("specs/test.yaml", text).and_then(|spec| spec.plan(&signature()));
    outcome.err().map(|errors| (errors.to_string(), errors.places()))
}

#[test]
fn the_spec_that_the_broken_ones_are_made_from_is_in_order() {
    assert_eq!(errors(SPEC), None);
}

#[test]
fn every_broken_spec_is_refused_with_a_place_and_a_reason() {
    let mut all = String::new();
    for (name, from, to) in BROKEN {
        assert!(SPEC.contains(from), "{name}: nothing to replace");
        let text = SPEC.replacen(from, to, 1);
        let (message, places) = errors(&text).unwrap_or_else(|| panic!("{name} gets through"));
        assert!(
            !places.is_empty() && places.iter().all(|(line, column)| *line >= 1 && *column >= 1),
            "{name}"
        );
        writeln!(all, "### {name}\n{message}\n").unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn several_errors_are_told_at_once_in_the_order_of_the_file() {
    let text = SPEC
        .replace("entropy(p)\n", "entorpy(p)\n")
        .replace("wrt: z", "wrt: y")
        .replace("rel: 1e-9", "rel: 2");
    let (_, places) = errors(&text).unwrap();
    assert_eq!(places.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [9, 18, 32]);
}

#[test]
fn hostile_texts_are_refused_and_do_not_panic() {
    let deep = format!("{}a: {}1{}", SPEC, "[".repeat(5000), "]".repeat(5000));
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n";
    let nested = SPEC.replace(
        "entropy(p)\n",
        &format!("{}p{}\n", "entropy(".repeat(1000), ")".repeat(1000)),
    );
    let chain = SPEC.replace("entropy(p)\n", &format!("entropy(p){}\n", " + 1".repeat(1000)));
    let levels: String = (1..12)
        .map(|level| format!("      - &l{level} [{}]\n", format!("*l{}, ", level - 1).repeat(9)))
        .collect();
    let given = format!("    given:\n      p: [0.5, 0.5]\n      k:\n      - &l0 [1, 1]\n{levels}");
    let given = SPEC.replace("    given: { p: [0.5, 0.5], k: 1 }\n", &given);
    let huge = format!("{SPEC}# {}", "x".repeat(2 << 20));
    for text in [
        "",
        " ",
        "\u{feff}",
        "---\n---\n",
        "- 1",
        "version: 1",
        "{",
        "\0",
        bomb,
        &deep,
        &nested,
        &chain,
        &given,
        &huge,
        "é: 1",
    ] {
        assert!(
            errors(text).is_some(),
            "{:?} gets through",
            text.chars().take(40).collect::<String>()
        );
    }
    assert_eq!(errors(&format!("\u{feff}{SPEC}")), None);
}
