//! A formula + the values of a case + the answers known so far -> its value, or which calls are still missing.
//!
//! Makes no call. Every operand is visited even when an earlier one is missing, so that one wave collects all calls that
//! can be made. Values are borrowed where they can be: most of a formula is names and answers.

use std::borrow::Cow;

use grader_abi::{Encoder, Function, Value};

use super::formula::{Constructor, Formula, Step, Typed};
use super::number::{canonical, count, fits_type, item, negate};
use super::operate::{binary, join};
use super::scope::{Missing, Scope, Stop, Whose};
use super::tree::Operator;
use crate::outcome::{Call, Outcome};
use crate::show::show_call;

pub(super) type Evaluated<'a> = Result<Cow<'a, Value>, Stop>;

impl Formula {
    /// Its value.
    ///
    /// # Errors
    /// When calls are missing or did not return, or when values do not go together.
    pub fn evaluate<'a>(&'a self, scope: &mut Scope<'a>) -> Result<Cow<'a, Value>, Stop> {
        evaluate(&self.root, self, scope)
    }
}

fn evaluate<'a>(typed: &'a Typed, formula: &'a Formula, scope: &mut Scope<'a>) -> Evaluated<'a> {
    let unfit = |scope: &Scope<'_>, why: String| Stop::Unfit {
        why,
        text: formula.text[typed.span.clone()].to_owned(),
        of_student: typed.blames_student() && scope.bare == Whose::Student,
    };
    let owned = |value: Value| Ok(Cow::Owned(canonical(value, &typed.kind)));
    match &typed.step {
        Step::Constant(value) => Ok(Cow::Borrowed(value)),
        Step::Name(index) => Ok(Cow::Borrowed(&scope.inputs[*index])),
        Step::List(items) => owned(Value::List(all(items, formula, scope)?)),
        Step::Tuple(members) => Ok(Cow::Owned(Value::Tuple(all(members, formula, scope)?))),
        Step::Construct(constructor, inner) => {
            let inner = inner
                .as_ref()
                .map(|inner| evaluate(inner, formula, scope).map(Cow::into_owned));
            Ok(Cow::Owned(construct(*constructor, inner.transpose()?)))
        }
        Step::Negate(inner) => Ok(Cow::Owned(negate(evaluate(inner, formula, scope)?.into_owned()))),
        Step::Not(inner) => match *evaluate(inner, formula, scope)? {
            Value::Bool(bool) => Ok(Cow::Owned(Value::Bool(!bool))),
            _ => Err(unfit(scope, "a bool is wanted here".to_owned())),
        },
        Step::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
            let left = evaluate(left, formula, scope);
            let right = evaluate(right, formula, scope);
            join(*operator, left, right)
        }
        Step::Binary(operator, left, right) => {
            let (left, right) = two(left, right, formula, scope)?;
            let text = &formula.text[typed.span.clone()];
            binary(*operator, left, right, text, scope)
                .map_err(|why| unfit(scope, why))
                .and_then(owned)
        }
        Step::Index(list, index) => {
            let (list, index) = two(list, index, formula, scope)?;
            entry(&list, &index).map(Cow::Owned).map_err(|why| unfit(scope, why))
        }
        Step::Builtin(builtin, arguments) => {
            let arguments = all(arguments, formula, scope)?;
            builtin
                .apply(arguments)
                .map_err(|why| unfit(scope, why))
                .and_then(owned)
        }
        Step::Call {
            whose,
            function,
            site,
            arguments,
            compares,
        } => {
            let site = Site {
                whose: if *whose == Whose::Student { scope.bare } else { *whose },
                number: *site,
                function: *function,
            };
            let answer = scope.answer(site.whose, site.number);
            // The arguments of a call that has its answer were looked at when it was made; what they compare counts.
            if let (Some(Outcome::Returned(value)), false) = (answer, compares) {
                return Ok(Cow::Borrowed(value));
            }
            let arguments = parts(arguments, formula, scope).inspect_err(|stop| {
                scope.stuck |= *stop == Stop::Missing && scope.in_order == Some(site.whose);
            })?;
            call(&site, arguments, scope).map_err(|stop| match stop {
                NoAnswer::Unfit(why) => unfit(scope, why),
                NoAnswer::Stop(stop) => stop,
            })
        }
    }
}

/// A call in a formula.
struct Site {
    whose: Whose,
    number: usize,
    function: u32,
}

/// Why a call has no value.
enum NoAnswer {
    Unfit(String),
    Stop(Stop),
}

/// The answer to a call, or a note that it is missing.
fn call<'a>(site: &Site, arguments: Vec<Cow<'a, Value>>, scope: &mut Scope<'a>) -> Result<Cow<'a, Value>, NoAnswer> {
    let function = &scope.signature.functions[site.function as usize];
    let arguments = fitted(arguments, function).map_err(NoAnswer::Unfit)?;
    match scope.answer(site.whose, site.number) {
        Some(Outcome::Returned(value)) => Ok(Cow::Borrowed(value)),
        Some(outcome) => Err(NoAnswer::Stop(Stop::Ended {
            whose: site.whose,
            call: show_call(&function.name, arguments.iter().map(Cow::as_ref)),
            outcome: outcome.clone(),
        })),
        None => {
            let call = Call {
                function: site.function,
                arguments: encoded(&arguments, function).map_err(NoAnswer::Unfit)?,
                fresh: false,
            };
            if !scope.stuck || scope.in_order != Some(site.whose) {
                scope.missing.push(Missing {
                    whose: site.whose,
                    site: site.number,
                    call,
                });
            }
            Err(NoAnswer::Stop(Stop::Missing))
        }
    }
}

/// The values of all parts; missing calls of every part are collected before giving up.
fn parts<'a>(parts: &'a [Typed], formula: &'a Formula, scope: &mut Scope<'a>) -> Result<Vec<Cow<'a, Value>>, Stop> {
    let results: Vec<Evaluated<'a>> = parts.iter().map(|part| evaluate(part, formula, scope)).collect();
    if results.iter().any(is_missing) {
        return Err(Stop::Missing);
    }
    results.into_iter().collect()
}

fn all<'a>(all: &'a [Typed], formula: &'a Formula, scope: &mut Scope<'a>) -> Result<Vec<Value>, Stop> {
    let values = parts(all, formula, scope)?;
    Ok(values.into_iter().map(Cow::into_owned).collect())
}

fn two<'a>(
    left: &'a Typed,
    right: &'a Typed,
    formula: &'a Formula,
    scope: &mut Scope<'a>,
) -> Result<(Cow<'a, Value>, Cow<'a, Value>), Stop> {
    let left = evaluate(left, formula, scope);
    let right = evaluate(right, formula, scope);
    if is_missing(&left) || is_missing(&right) {
        return Err(Stop::Missing);
    }
    Ok((left?, right?))
}

pub(super) fn is_missing(evaluated: &Evaluated<'_>) -> bool {
    matches!(evaluated, Err(Stop::Missing))
}

fn construct(constructor: Constructor, inner: Option<Value>) -> Value {
    match (constructor, inner.map(Box::new)) {
        (Constructor::Ok, Some(inner)) => Value::Result(Ok(inner)),
        (Constructor::Err, Some(inner)) => Value::Result(Err(inner)),
        (Constructor::None | Constructor::Some | Constructor::Ok | Constructor::Err, inner) => Value::Option(inner),
    }
}

fn entry(list: &Value, index: &Value) -> Result<Value, String> {
    let Value::Integer(index) = index else {
        return Err("an index is an integer".to_owned());
    };
    let found = usize::try_from(*index).ok().and_then(|at| item(list, at));
    found.ok_or_else(|| format!("a list of {} entries has no entry {index}", count(list)))
}

/// The arguments as values of the parameters' types.
fn fitted<'a>(arguments: Vec<Cow<'a, Value>>, function: &Function) -> Result<Vec<Cow<'a, Value>>, String> {
    let pairs = arguments.into_iter().zip(&function.parameters);
    pairs
        .map(|(argument, parameter)| fits_type(argument, &parameter.ty))
        .collect()
}

fn encoded(arguments: &[Cow<'_, Value>], function: &Function) -> Result<Vec<u8>, String> {
    let mut encoder = Encoder::new();
    for (argument, parameter) in arguments.iter().zip(&function.parameters) {
        argument
            .encode(&parameter.ty, &mut encoder)
            .map_err(|error| error.to_string())?;
    }
    Ok(encoder.into_bytes())
}

#[cfg(test)]
mod tests {
    use grader_abi::{Function, Parameter, Signature, Type};

    use super::*;
    use crate::compare::Tolerance;
    use crate::expression::{Kind, Names};

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
        let count = Type::Integer(grader_abi::IntegerType::Usize);
        Signature {
            contract: "Test".into(),
            functions: vec![
                function("double", &[("x", vector())], vector()),
                function("total", &[("x", vector())], Type::F64),
                function("pick", &[("x", vector()), ("at", count)], Type::F64),
            ],
        }
    }

    fn names() -> Names {
        vec![
            ("p".into(), Kind::Real.list()),
            ("n".into(), Kind::Integer),
            ("m".into(), Kind::Real.list().list()),
            ("t".into(), Kind::Text),
        ]
    }

    fn inputs() -> Vec<Value> {
        vec![
            Value::Reals(vec![1.0, 2.0, 4.0]),
            Value::Integer(3),
            Value::List(vec![
                Value::Reals(vec![1.0, 2.0, 3.0]),
                Value::Reals(vec![4.0, 5.0, 6.0]),
            ]),
            Value::Text("hé".into()),
        ]
    }

    /// Evaluates with functions that answer at once; counts the waves.
    fn run(text: &str) -> (Result<Value, Stop>, usize, Vec<(&'static str, bool)>) {
        let signature = signature();
        let formula = Formula::new(text, &names(), &signature).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let inputs = inputs();
        let mut student = vec![None; formula.sites];
        for wave in 0.. {
            let mut scope = Scope {
                inputs: &inputs,
                signature: &signature,
                bare: Whose::Student,
                student: &student,
                reference: &[],
                tolerance: Tolerance {
                    rel: 1e-9,
                    abs: 1e-12,
                    nan_equal: false,
                },
                missing: Vec::new(),
                compared: Vec::new(),
                in_order: None,
                stuck: false,
            };
            let result = formula.evaluate(&mut scope).map(Cow::into_owned);
            let compared = scope.compared.iter().map(|compared| (compared.operator, compared.nan));
            let (missing, compared) = (scope.missing, compared.collect());
            if result != Err(Stop::Missing) {
                return (result, wave, compared);
            }
            for missing in missing {
                student[missing.site] = Some(answer(&missing.call, &signature));
            }
        }
        unreachable!("the loop returns")
    }

    fn answer(call: &Call, signature: &Signature) -> Outcome {
        let mut decoder = grader_abi::Decoder::new(&call.arguments);
        let parameters = &signature.functions[call.function as usize].parameters;
        let arguments: Vec<Value> = parameters
            .iter()
            .map(|parameter| Value::decode(&parameter.ty, &mut decoder).unwrap())
            .collect();
        let Value::Reals(x) = &arguments[0] else {
            unreachable!("the first parameter is a vector")
        };
        match call.function {
            0 => Outcome::Returned(Value::Reals(x.iter().map(|x| x * 2.0).collect())),
            1 => Outcome::Returned(Value::Real(x.iter().sum())),
            _ => Outcome::Panicked {
                message: "boom".into(),
                place: String::new(),
            },
        }
    }

    #[test]
    fn values() {
        for (text, want) in [
            ("1 + 2 * 3", Value::Integer(7)),
            ("7 / 2", Value::Real(3.5)),
            ("2 ^ 10", Value::Real(1024.0)),
            ("p + 1", Value::Reals(vec![2.0, 3.0, 5.0])),
            (
                "m - p",
                Value::List(vec![
                    Value::Reals(vec![0.0, 0.0, -1.0]),
                    Value::Reals(vec![3.0, 3.0, 2.0]),
                ]),
            ),
            ("m[1][2]", Value::Real(6.0)),
            ("-p", Value::Reals(vec![-1.0, -2.0, -4.0])),
            ("sum(p) + n", Value::Real(10.0)),
            ("mean(p)", Value::Real(7.0 / 3.0)),
            ("max(p) - min(p)", Value::Real(3.0)),
            ("permute(p, [2, 0, 1])", Value::Reals(vec![4.0, 1.0, 2.0])),
            ("reverse(concat(p, [9]))", Value::Reals(vec![9.0, 4.0, 2.0, 1.0])),
            ("len(t) == 2 and len(p) == n", Value::Bool(true)),
            ("all(p > 0) and not any(p >= 5)", Value::Bool(true)),
            (
                "p > 1",
                Value::List(vec![Value::Bool(false), Value::Bool(true), Value::Bool(true)]),
            ),
            ("range(n)", Value::List((0..3).map(Value::Integer).collect())),
            ("repeat(0.5, 2)", Value::Reals(vec![0.5, 0.5])),
            ("dot(p, p)", Value::Real(21.0)),
            ("[1, 2.5]", Value::Reals(vec![1.0, 2.5])),
            ("Some(n)", Value::Option(Some(Box::new(Value::Integer(3))))),
            ("(1, 'a')[1]", Value::Text("a".into())),
            ("len(p) == 0 or p[0] == 1", Value::Bool(true)),
            ("len(p) == 3 or p[7] == 1", Value::Bool(true)),
            ("0.1 + 0.2 == 0.3", Value::Bool(true)),
            ("0.1 + 0.2 <= 0.3", Value::Bool(true)),
            ("0.1 + 0.2 > 0.3", Value::Bool(true)),
            ("max([9007199254740993, 1])", Value::Integer(9_007_199_254_740_993)),
            ("9007199254740993 > 9007199254740992", Value::Bool(true)),
            ("sort([3, -1, 2])", Value::List([-1, 2, 3].map(Value::Integer).to_vec())),
            (
                "is_finite([1, 0 / 0])",
                Value::List(vec![Value::Bool(true), Value::Bool(false)]),
            ),
            ("sum([])", Value::Real(0.0)),
            ("product([2, 3])", Value::Integer(6)),
            ("argmax([1, 3, 3])", Value::Integer(1)),
            ("norm([[3, 0], [0, 4]])", Value::Real(5.0)),
            ("matmul(m, p)", Value::Reals(vec![17.0, 38.0])),
            ("matmul(m, transpose(m)) == [[14, 32], [32, 77]]", Value::Bool(true)),
            ("transpose(transpose(m)) == m", Value::Bool(true)),
            ("flatten(m)", Value::Reals(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])),
            ("floor(p / 3)", Value::Reals(vec![0.0, 0.0, 1.0])),
            ("any(is_nan([1, 0 / 0])) and not is_nan(n)", Value::Bool(true)),
            ("concat(t, '!') == 'hé!' and contains(t, 'é')", Value::Bool(true)),
            ("t[1] == 'é' and t != 'he'", Value::Bool(true)),
            ("Some(t[0]) == Some('h') and [t[0]] == ['h']", Value::Bool(true)),
            ("contains(p, 4) and not contains(p, 3)", Value::Bool(true)),
            (
                "is_some(Some(1)) and is_none(None) and value(Some(p))[0] == 1",
                Value::Bool(true),
            ),
            (
                "is_ok(Ok(1)) and is_err(Err('a')) and error(Err('a')) == 'a'",
                Value::Bool(true),
            ),
            ("(1, 'a') == (1.0, 'a') and (n, t)[1] == t", Value::Bool(true)),
        ] {
            assert_eq!(run(text).0, Ok(want), "{text}");
        }
    }

    #[test]
    fn the_sign_of_zero_survives_a_minus() {
        let Ok(Value::Real(zero)) = run("-0.0").0 else {
            panic!("a real")
        };
        assert!(zero.is_sign_negative());
    }

    #[test]
    fn independent_calls_take_one_wave_and_nested_ones_one_more_each() {
        for (text, want, waves) in [
            ("total(p) + total(p)", Value::Real(14.0), 1),
            ("total(double(p))", Value::Real(14.0), 2),
            ("total(double(double(p))) == 28", Value::Bool(true), 3),
            ("double(p) == 2 * p and total(p) == 7", Value::Bool(true), 1),
        ] {
            let (value, got_waves, _) = run(text);
            assert_eq!((value, got_waves), (Ok(want), waves), "{text}");
        }
    }

    #[test]
    fn a_nan_in_a_comparison_is_remembered_whatever_surrounds_it() {
        for text in ["not (0 * inf == 1)", "ln(-1) < 0 or true", "nan != 1"] {
            assert!(run(text).2.iter().any(|(_, nan)| *nan), "{text}");
        }
        assert!(run("1 == 2").2.iter().all(|(_, nan)| !nan));
    }

    #[test]
    fn blame_is_the_students_only_for_what_an_answer_caused() {
        for (text, blame) in [
            ("p[9]", false),
            ("double(p)[9]", true),
            ("p + [1, 2]", false),
            ("double(p) + [1]", true),
            ("pick(p, -1)", false),
            ("value(None)", false),
            ("matmul(m, m)", false),
            ("transpose([p, [1]])", false),
            ("argmax([0 / 0])", false),
            ("pick(p, len(double(p)) - 9)", true),
        ] {
            let Err(Stop::Unfit { of_student, .. }) = run(text).0 else {
                panic!("{text} has a value")
            };
            assert_eq!(of_student, blame, "{text}");
        }
        let Err(Stop::Ended { call, .. }) = run("pick(p, n) + 1").0 else {
            panic!("it panics")
        };
        assert_eq!(call, "pick([1.0, 2.0, 4.0], 3)");
    }

    #[test]
    fn lists_do_not_grow_without_bound() {
        for text in [
            "repeat(0, 1000000)",
            "repeat(repeat(0, 1000), 1000)",
            "range(100001)",
            "concat(range(60000), range(60000))",
            "repeat([], 1000000)",
            "repeat(0, -1)",
        ] {
            assert!(matches!(run(text).0, Err(Stop::Unfit { .. })), "{text}");
        }
    }

    #[test]
    fn what_does_not_type_check_is_refused_with_its_place() {
        let names = names();
        let signature = signature();
        for (text, message, part) in [
            ("totl(p)", "unknown function `totl`", "totl"),
            ("total(q)", "unknown name `q`", "q"),
            ("total(p, p)", "`total` takes 1 argument, but it gets 2", "total(p, p)"),
            ("total(n)", "`x` is Vec<f64>, but this is integer", "n"),
            ("pick(p, 1.5)", "`at` is usize, but this is real", "1.5"),
            (
                "reference.total(double(p))",
                "the reference takes no student's answer",
                "double(p)",
            ),
            ("p and true", "and works on one bool, but this is [real]", "p"),
            ("t + 1", "+ works on numbers, but this is text", "t"),
            ("p == t", "[real] and text cannot be compared", "p == t"),
            (
                "[1, 'a']",
                "a list holds one kind, but this is text after integer",
                "'a'",
            ),
            ("n[0]", "only a list has entries, but this is integer", "n"),
            ("p[0.5]", "an index is an integer, but this is real", "0.5"),
            (
                "1..3",
                "a range stands only in a generator, as in `vector(2..=8)`",
                "1..3",
            ),
            ("total", "unknown name `total`", "total"),
            ("not (p > 0)", "`not` works on one bool, but this is [bool]", "p > 0"),
            ("p.length", "only a record has fields, but this is [real]", "length"),
            ("Circle(2)", "nothing is made by `Circle`", "Circle"),
            ("t[0] == 'ab'", "char and text cannot be compared", "t[0] == 'ab'"),
            ("reference.sum(p)", "the contract has no function `sum`", "sum"),
        ] {
            let error = Formula::new(text, &names, &signature).expect_err(text);
            assert_eq!(
                (error.message.as_str(), &text[error.span.clone()]),
                (message, part),
                "{text}"
            );
        }
    }
}
