//! A formula + the values of a case + the answers known so far -> its value, or which calls are still missing.
//!
//! Makes no call. Every operand is visited even when an earlier one is missing, so that one wave collects all calls that
//! can be made.

use grader_abi::{Encoder, Signature, Value};

use super::check::{Constructor, Formula, Step, Typed};
use super::kind::Kind;
use super::number::{arithmetic, canonical, fits_type, items, map, zip};
use super::parser::Operator;
use crate::compare::{Tolerance, compare, in_order};
use crate::outcome::{Call, Outcome};
use crate::show::show_call;

/// Who answers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The submission.
    Student,
    /// The reference.
    Reference,
}

/// What a formula is evaluated in.
pub struct Scope<'a> {
    /// The values of the names.
    pub inputs: &'a [Value],
    /// The contract.
    pub signature: &'a Signature,
    /// Whom a bare call asks: the student, or the reference when its answer is what is wanted.
    pub bare: Whose,
    /// The student's answers by site.
    pub student: &'a [Option<Outcome>],
    /// The reference's answers by site.
    pub reference: &'a [Option<Outcome>],
    /// How far apart equal numbers may be.
    pub tolerance: Tolerance,
    /// Collects the calls without an answer.
    pub missing: Vec<Missing>,
    /// Collects the comparisons made.
    pub compared: Vec<Compared>,
}

/// A call without an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// Who is to answer it.
    pub whose: Whose,
    /// Its number in the formula.
    pub site: usize,
    /// The call; whether it is to be fresh is not known here.
    pub call: Call,
}

/// One comparison that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The operator.
    pub operator: &'static str,
    /// Its left side.
    pub got: Value,
    /// Its right side.
    pub want: Value,
    /// Whether it holds.
    pub holds: bool,
    /// Whether a side has a NaN, which fails the check whatever surrounds the comparison.
    pub nan: bool,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// Calls are missing; they are in [`Scope::missing`].
    Missing,
    /// A call did not return.
    Ended {
        /// Who answered.
        whose: Whose,
        /// The call as a person reads it.
        call: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// Values that do not go together.
    Unfit {
        /// Why.
        why: String,
        /// The part of the text that has no value.
        text: String,
        /// Whether a student's answer is to blame; otherwise the spec is.
        of_student: bool,
    },
}

impl Formula {
    /// Its value.
    ///
    /// # Errors
    /// When calls are missing or did not return, or when values do not go together.
    pub fn evaluate(&self, scope: &mut Scope<'_>) -> Result<Value, Stop> {
        evaluate(&self.root, self, scope)
    }
}

fn evaluate(typed: &Typed, formula: &Formula, scope: &mut Scope<'_>) -> Result<Value, Stop> {
    let unfit = |scope: &Scope<'_>, why: String| Stop::Unfit {
        why,
        text: formula.text[typed.span.clone()].to_owned(),
        of_student: typed.of_student && scope.bare == Whose::Student,
    };
    match &typed.step {
        Step::Constant(value) => Ok(value.clone()),
        Step::Name(index) => Ok(scope.inputs[*index].clone()),
        Step::List(items) => {
            let items = all(items, formula, scope)?;
            Ok(canonical(Value::List(items), &typed.kind))
        }
        Step::Tuple(members) => Ok(Value::Tuple(all(members, formula, scope)?)),
        Step::Construct(constructor, inner) => {
            let inner = inner
                .as_ref()
                .map(|inner| evaluate(inner, formula, scope))
                .transpose()?;
            Ok(construct(*constructor, inner))
        }
        Step::Negate(inner) => {
            let minus_one = Value::Integer(-1);
            let value = evaluate(inner, formula, scope)?;
            Ok(map(value, &|value| match value {
                // The sign of a zero is kept: 0 - 0.0 would be 0.0.
                Value::Real(real) => Value::Real(-real),
                other => arithmetic(Operator::Multiply, &minus_one, &other).unwrap_or(other),
            }))
        }
        Step::Not(inner) => match evaluate(inner, formula, scope)? {
            Value::Bool(bool) => Ok(Value::Bool(!bool)),
            _ => Err(unfit(scope, "a bool is wanted here".to_owned())),
        },
        Step::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
            let left = evaluate(left, formula, scope);
            let right = evaluate(right, formula, scope);
            join(*operator, left, right)
        }
        Step::Binary(operator, left, right) => {
            let values = all([&**left, &**right], formula, scope)?;
            let [left, right] = <[Value; 2]>::try_from(values).expect("two operands give two values");
            let value = binary(*operator, left, right, scope).map_err(|why| unfit(scope, why))?;
            Ok(canonical(value, &typed.kind))
        }
        Step::Index(list, index) => {
            let values = all([&**list, &**index], formula, scope)?;
            entry(values).map_err(|why| unfit(scope, why))
        }
        Step::Builtin(builtin, arguments) => {
            let arguments = all(arguments, formula, scope)?;
            let value = builtin.apply(arguments).map_err(|why| unfit(scope, why))?;
            Ok(canonical(value, &typed.kind))
        }
        Step::Call {
            whose,
            function,
            site,
            arguments,
        } => {
            let arguments = all(arguments, formula, scope)?;
            let (call, arguments) = call(*function, arguments, scope).map_err(|why| unfit(scope, why))?;
            look_up(*whose, *site, call, &arguments, scope)
        }
    }
}

/// The values of all parts; missing calls of every part are collected before giving up.
fn all<'t>(
    parts: impl IntoIterator<Item = &'t Typed>,
    formula: &Formula,
    scope: &mut Scope<'_>,
) -> Result<Vec<Value>, Stop> {
    let results: Vec<_> = parts.into_iter().map(|part| evaluate(part, formula, scope)).collect();
    if results.contains(&Err(Stop::Missing)) {
        return Err(Stop::Missing);
    }
    results.into_iter().collect()
}

fn construct(constructor: Constructor, inner: Option<Value>) -> Value {
    match (constructor, inner.map(Box::new)) {
        (Constructor::Ok, Some(inner)) => Value::Result(Ok(inner)),
        (Constructor::Err, Some(inner)) => Value::Result(Err(inner)),
        (Constructor::None | Constructor::Some | Constructor::Ok | Constructor::Err, inner) => Value::Option(inner),
    }
}

/// `and` and `or`: a side that decides makes the other one's failure irrelevant.
fn join(operator: Operator, left: Result<Value, Stop>, right: Result<Value, Stop>) -> Result<Value, Stop> {
    let deciding = Value::Bool(operator == Operator::Or);
    if left.as_ref() == Ok(&deciding) {
        return left;
    }
    if left == Err(Stop::Missing) || right == Err(Stop::Missing) {
        return Err(Stop::Missing);
    }
    left.and(right)
}

fn binary(operator: Operator, left: Value, right: Value, scope: &mut Scope<'_>) -> Result<Value, String> {
    match operator {
        Operator::Equal | Operator::NotEqual => {
            let comparison = compare(&left, &right, scope.tolerance);
            let holds = comparison.agrees == (operator == Operator::Equal);
            scope.compared.push(Compared {
                operator: operator.symbol(),
                got: left,
                want: right,
                holds,
                nan: comparison.nan,
            });
            Ok(Value::Bool(holds))
        }
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            order(operator, left, right, scope)
        }
        _ => zip(left, right, &|left, right| arithmetic(operator, &left, &right)),
    }
}

fn order(operator: Operator, left: Value, right: Value, scope: &mut Scope<'_>) -> Result<Value, String> {
    let tolerance = scope.tolerance;
    let value = zip(left.clone(), right.clone(), &|left, right| {
        in_order(operator.symbol(), &left, &right, tolerance)
            .map(Value::Bool)
            .ok_or_else(|| "a number is wanted here".to_owned())
    })?;
    let holds = every(&value);
    let nan = crate::compare::has_nan(&left) || crate::compare::has_nan(&right);
    scope.compared.push(Compared {
        operator: operator.symbol(),
        got: left,
        want: right,
        holds,
        nan,
    });
    Ok(value)
}

fn every(value: &Value) -> bool {
    match value {
        Value::Bool(bool) => *bool,
        Value::List(items) => items.iter().all(every),
        _ => true,
    }
}

fn entry(values: Vec<Value>) -> Result<Value, String> {
    let [list, index] = <[Value; 2]>::try_from(values).expect("a list and an index are two values");
    let Value::Integer(index) = index else {
        return Err("an index is an integer".to_owned());
    };
    let entries = match list {
        Value::Tuple(members) => members,
        other => items(other).unwrap_or_default(),
    };
    let count = entries.len();
    let found = usize::try_from(index)
        .ok()
        .and_then(|index| entries.into_iter().nth(index));
    found.ok_or_else(|| format!("a list of {count} entries has no entry {index}"))
}

fn call(function: u32, arguments: Vec<Value>, scope: &Scope<'_>) -> Result<(Call, Vec<Value>), String> {
    let parameters = &scope.signature.functions[function as usize].parameters;
    let mut encoder = Encoder::new();
    let mut fitted = Vec::with_capacity(arguments.len());
    for (argument, parameter) in arguments.into_iter().zip(parameters) {
        let argument = fits_type(argument, &parameter.ty)?;
        argument
            .encode(&parameter.ty, &mut encoder)
            .map_err(|error| error.to_string())?;
        fitted.push(argument);
    }
    Ok((
        Call {
            function,
            arguments: encoder.into_bytes(),
            fresh: false,
        },
        fitted,
    ))
}

fn look_up(whose: Whose, site: usize, call: Call, arguments: &[Value], scope: &mut Scope<'_>) -> Result<Value, Stop> {
    let whose = if whose == Whose::Student { scope.bare } else { whose };
    let answers = match whose {
        Whose::Student => scope.student,
        Whose::Reference => scope.reference,
    };
    match answers.get(site).and_then(Option::as_ref) {
        None => {
            scope.missing.push(Missing { whose, site, call });
            Err(Stop::Missing)
        }
        Some(Outcome::Returned(value)) => {
            let returns = &scope.signature.functions[call.function as usize].returns;
            Ok(canonical(value.clone(), &Kind::of(returns)))
        }
        Some(outcome) => {
            let name = &scope.signature.functions[call.function as usize].name;
            Err(Stop::Ended {
                whose,
                call: show_call(name, arguments),
                outcome: outcome.clone(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use grader_abi::{Function, Parameter, Type};

    use super::*;
    use crate::expression::Names;

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
    fn run(text: &str) -> (Result<Value, Stop>, usize, Vec<Compared>) {
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
            };
            let result = formula.evaluate(&mut scope);
            let (missing, compared) = (scope.missing, scope.compared);
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
            assert!(run(text).2.iter().any(|compared| compared.nan), "{text}");
        }
        assert!(run("1 == 2").2.iter().all(|compared| !compared.nan));
    }

    #[test]
    fn blame_is_the_students_only_for_what_an_answer_caused() {
        for (text, blame) in [
            ("p[9]", false),
            ("double(p)[9]", true),
            ("p + [1, 2]", false),
            ("double(p) + [1]", true),
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
