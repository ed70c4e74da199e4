//! A small contract with every kind of function, its right solution, and flawed ones: what the tests of the language grade.

use grader_abi::{Decoder, Function, IntegerType, Parameter, Signature, Type, Value};
use grader_engine::spec::Spec;
use grader_engine::{Call, Caller, Outcome, Plan, ReferenceAnswers, Scored, judge, score};

/// A solution with one flaw, or with none.
pub(crate) struct Course {
    signature: Signature,
    flaw: &'static str,
    stack: Vec<f64>,
    /// Every call that was made, and whether it was on a fresh instance.
    pub(crate) log: Vec<String>,
}

impl Course {
    pub(crate) fn new(flaw: &'static str) -> Self {
        Self {
            signature: signature(),
            flaw,
            stack: Vec::new(),
            log: Vec::new(),
        }
    }

    fn one(&mut self, call: &Call) -> Outcome {
        let function = &self.signature.functions[call.function as usize];
        let mut decoder = Decoder::new(&call.arguments);
        let arguments = function.parameters.iter();
        let arguments: Vec<Value> = arguments
            .map(|parameter| Value::decode(&parameter.ty, &mut decoder).unwrap())
            .collect();
        if call.fresh {
            self.stack.clear();
        }
        let name = function.name.clone();
        self.log
            .push(format!("{}{name}", if call.fresh { "fresh " } else { "" }));
        self.answer(&name, &arguments)
    }

    fn answer(&mut self, name: &str, arguments: &[Value]) -> Outcome {
        use Value::{Integer, Option, Real, Reals, Result, Text};
        let returned = |value| Outcome::Returned(value);
        let boxed = |value| Some(Box::new(value));
        let flaw = self.flaw;
        returned(match (name, arguments) {
            ("mean", [Reals(x)]) if x.is_empty() => match flaw {
                "no panic" => Real(0.0),
                _ => return panicked("no mean of nothing"),
            },
            ("mean", [Reals(x)]) => {
                let count = x.len() - usize::from(flaw == "n - 1");
                Real(x.iter().sum::<f64>() / count as f64)
            }
            ("divide", [Integer(_), Integer(0)]) => match flaw {
                "zero" => Result(Ok(Box::new(Integer(0)))),
                "message" => Result(Err(Box::new(Text("impossible".into())))),
                _ => Result(Err(Box::new(Text("division by zero".into())))),
            },
            ("divide", [Integer(a), Integer(b)]) => Result(Ok(Box::new(Integer(a / b)))),
            ("root", [Real(x)]) => match flaw {
                "half" => Real(x / 2.0),
                "negative" => Real(-x.sqrt()),
                _ => Real(x.sqrt()),
            },
            ("distinct", [Reals(x)]) => {
                let mut distinct: Vec<f64> = Vec::new();
                for x in x.iter().rev() {
                    if flaw == "doubles" || !distinct.contains(x) {
                        distinct.push(*x);
                    }
                }
                if flaw == "forward" {
                    distinct.reverse();
                }
                Reals(distinct)
            }
            ("direction", [Reals(x)]) => {
                let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
                let length = match flaw {
                    "longer" => length / 2.0,
                    "opposite" => -length,
                    _ => length,
                };
                Reals(x.iter().map(|x| x / length).collect())
            }
            ("axes", [Value::List(rows)]) => Value::List(match flaw {
                "mirrored" => rows
                    .iter()
                    .map(|row| map(row, |index, x| if index == 0 { -x } else { x }))
                    .collect(),
                _ => rows.clone(),
            }),
            ("push", [Real(x)]) => {
                self.stack.push(*x);
                Value::Tuple(Vec::new())
            }
            ("pop", []) => Option(match flaw {
                "queue" if !self.stack.is_empty() => boxed(Real(self.stack.remove(0))),
                "crash" if self.stack.len() == 1 => return panicked("the last one is stuck"),
                _ => self.stack.pop().map(|x| Box::new(Real(x))),
            }),
            ("size", []) => Integer(self.stack.len() as i128),
            ("add_top", [Real(x)]) => {
                let top = self.stack.last().copied().unwrap_or_default() + x;
                self.stack.push(top);
                Real(top)
            }
            ("squares", [Reals(x)]) => Reals(x.iter().map(|x| x * x).collect()),
            ("squares_backward", [Reals(x), Reals(upstream)]) => {
                let by = |upstream: f64| if flaw == "no chain" { 1.0 } else { upstream };
                Reals(x.iter().zip(upstream).map(|(x, g)| 2.0 * x * by(*g)).collect())
            }
            ("energy", [Value::List(rows)]) => Real(rows.iter().flat_map(reals).map(|x| x * x).sum::<f64>() / 2.0),
            ("energy_gradient", [Value::List(rows)]) => Value::List(match flaw {
                "factor" => rows.iter().map(|row| map(row, |_, x| 2.0 * x)).collect(),
                _ => rows.clone(),
            }),
            ("shout", [Text(text)]) => Text(if flaw == "quiet" {
                text.clone()
            } else {
                format!("{}!", text.to_uppercase())
            }),
            ("initial", [Text(text)]) => Option(text.chars().next().map(|first| Box::new(Value::Char(first)))),
            ("exchange", [Value::Tuple(pair)]) => Value::Tuple(match flaw {
                "kept" => pair.clone(),
                _ => pair.iter().rev().cloned().collect(),
            }),
            ("single", [Real(x)]) => Real(f64::from(*x as f32 / 2.0)),
            ("largest", [Reals(x)]) => match flaw {
                "overflow" => Real(x.iter().map(|x| x.exp()).sum::<f64>().ln()),
                _ => Real(x.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            },
            ("sample", [Integer(seed), Real(mean)]) => {
                let sum: u32 = (0..12u64).map(|part| scrambled(*seed as u64 * 12 + part)).sum();
                let noise = f64::from(sum) / f64::from(1 << 16) - 6.0;
                Real(match flaw {
                    "shifted" => mean + noise + 0.5,
                    "wide" => mean + 2.0 * noise,
                    "constant" => *mean,
                    _ => mean + noise,
                })
            }
            (name, arguments) => panic!("{name} of {arguments:?}"),
        })
    }
}

/// 16 bits that look random (splitmix64).
fn scrambled(number: u64) -> u32 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 48) as u32
}

fn reals(row: &Value) -> Vec<f64> {
    match row {
        Value::Reals(reals) => reals.clone(),
        other => panic!("{other:?} is no list of reals"),
    }
}

fn map(row: &Value, f: impl Fn(usize, f64) -> f64) -> Value {
    Value::Reals(
        reals(row)
            .into_iter()
            .enumerate()
            .map(|(index, x)| f(index, x))
            .collect(),
    )
}

fn panicked(message: &str) -> Outcome {
    Outcome::Panicked {
        message: message.to_owned(),
        place: "src/lib.rs:7:9".to_owned(),
    }
}

impl Caller for Course {
    fn answer(&mut self, calls: &[Call]) -> Vec<Outcome> {
        calls.iter().map(|call| self.one(call)).collect()
    }
}

pub(crate) fn signature() -> Signature {
    let function = |name: &str, mutates: bool, parameters: &[(&str, Type)], returns: Type| Function {
        name: name.into(),
        docs: String::new(),
        mutates,
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
    let matrix = || vector().list();
    let integer = || Type::Integer(IntegerType::I64);
    let option = |some: Type| Type::Option(Box::new(some));
    let divided = Type::Result(Box::new(integer()), Box::new(Type::Text));
    Signature {
        contract: "Course".into(),
        functions: vec![
            function("mean", false, &[("x", vector())], Type::F64),
            function("divide", false, &[("a", integer()), ("b", integer())], divided),
            function("root", false, &[("x", Type::F64)], Type::F64),
            function("distinct", false, &[("x", vector())], vector()),
            function("direction", false, &[("x", vector())], vector()),
            function("axes", false, &[("m", matrix())], matrix()),
            function("push", true, &[("x", Type::F64)], Type::Tuple(Vec::new())),
            function("pop", true, &[], option(Type::F64)),
            function("size", false, &[], Type::Integer(IntegerType::Usize)),
            function("add_top", true, &[("x", Type::F64)], Type::F64),
            function("squares", false, &[("x", vector())], vector()),
            function(
                "squares_backward",
                false,
                &[("x", vector()), ("upstream", vector())],
                vector(),
            ),
            function("energy", false, &[("m", matrix())], Type::F64),
            function("energy_gradient", false, &[("m", matrix())], matrix()),
            function("shout", false, &[("text", Type::Text)], Type::Text),
            function("initial", false, &[("word", Type::Text)], option(Type::Char)),
            function(
                "exchange",
                false,
                &[("pair", Type::Tuple(vec![integer(), Type::F64]))],
                Type::Tuple(vec![Type::F64, integer()]),
            ),
            function("single", false, &[("x", Type::F32)], Type::F32),
            function("largest", false, &[("x", vector())], Type::F64),
            function(
                "sample",
                false,
                &[("seed", Type::Integer(IntegerType::U64)), ("mean", Type::F64)],
                Type::F64,
            ),
        ],
    }
}

/// A spec of one exercise with these checks, which stand at the margin.
pub(crate) fn spec(checks: &str) -> String {
    let checks: String = checks.lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "version: 1\nassignment: Course\ncontract: c\nreference: r\ntemplate: t\npoints: 10\nseed: 1\nsecret_seed: 2\n\
         exercises:\n  - id: e\n    title: E\n    points: 10\n    checks:\n{checks}"
    )
}

pub(crate) fn plan(checks: &str) -> Result<Plan, String> {
    let spec = Spec::read("course.yaml", &spec(checks)).and_then(|spec| spec.plan(&signature()));
    spec.map_err(|errors| errors.to_string())
}

/// Grades the flawed solution; the right one is the reference.
pub(crate) fn grade(plan: &Plan, flaw: &'static str) -> Scored {
    let all: Vec<usize> = (0..plan.checks.len()).collect();
    let reference = ReferenceAnswers::ask(plan, &all, &mut Course::new(""));
    score(plan, judge(plan, &all, &reference, &mut Course::new(flaw)))
}
