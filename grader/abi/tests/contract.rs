//! A contract of every type, called with bytes: the Rust side and the engine's side have to agree on each of them.

use std::panic::panic_any;
use std::slice;

use grader_abi::{Encoder, Instance, IntegerType, MAX_DEPTH, Reply, Signature, Type, Value, WireError};

/// A matrix by rows.
type Matrix = Vec<Vec<f64>>;

/// Every type that a contract can use, and every way a call can end.
#[grader_abi::contract]
#[expect(missing_docs, reason = "the names say it")]
pub trait Everything {
    /// Gives the truth back.
    ///
    /// - unchanged
    fn truth(&self, x: bool) -> bool;
    fn signed(&self, x: (i8, i16, i32, i64, i128, isize)) -> (i8, i16, i32, i64, i128, isize);
    fn unsigned(&self, x: (u8, u16, u32, u64, usize)) -> (u8, u16, u32, u64, usize);
    fn double(&self, x: f64) -> f64;
    fn single(&self, x: f32) -> f32;
    fn letter(&self, x: char) -> char;
    fn text(&self, x: &str) -> String;
    fn owned_text(&self, x: String) -> String;
    fn vector(&self, x: &[f64]) -> Vec<f64>;
    fn owned_vector(&self, x: Vec<f64>) -> Vec<f64>;
    fn matrix(&self, x: &[Vec<f64>]) -> Matrix;
    fn array(&self, x: [f64; 3]) -> [f64; 3];
    fn referenced_array(&self, x: &[[i32; 2]; 2]) -> [[i32; 2]; 2];
    fn words(&self, x: &[String]) -> Vec<String>;
    fn pair(&self, x: (&str, &[f64])) -> (String, Vec<f64>);
    fn single_tuple(&self, x: (u8,)) -> (u8,);
    fn unit(&self, x: ()) -> ();
    fn units(&self, x: &[()]) -> Vec<()>;
    fn perhaps(&self, x: Option<&[f64]>) -> Option<Vec<f64>>;
    fn result(&self, x: Result<&str, i32>) -> Result<String, i32>;
    fn push(&mut self, x: f64);
    fn pushed(&self) -> Vec<f64>;
    fn end(&self, how: &str);
}

/// Gives everything back.
#[derive(Default)]
struct Echo {
    pushed: Vec<f64>,
}

/// A payload that a careless host would run.
struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("the payload was dropped");
    }
}

impl Everything for Echo {
    fn truth(&self, x: bool) -> bool {
        x
    }
    fn signed(&self, x: (i8, i16, i32, i64, i128, isize)) -> (i8, i16, i32, i64, i128, isize) {
        x
    }
    fn unsigned(&self, x: (u8, u16, u32, u64, usize)) -> (u8, u16, u32, u64, usize) {
        x
    }
    fn double(&self, x: f64) -> f64 {
        x
    }
    fn single(&self, x: f32) -> f32 {
        x
    }
    fn letter(&self, x: char) -> char {
        x
    }
    fn text(&self, x: &str) -> String {
        x.to_owned()
    }
    fn owned_text(&self, x: String) -> String {
        x
    }
    fn vector(&self, x: &[f64]) -> Vec<f64> {
        x.to_vec()
    }
    fn owned_vector(&self, x: Vec<f64>) -> Vec<f64> {
        x
    }
    fn matrix(&self, x: &[Vec<f64>]) -> Matrix {
        x.to_vec()
    }
    fn array(&self, x: [f64; 3]) -> [f64; 3] {
        x
    }
    fn referenced_array(&self, x: &[[i32; 2]; 2]) -> [[i32; 2]; 2] {
        *x
    }
    fn words(&self, x: &[String]) -> Vec<String> {
        x.to_vec()
    }
    fn pair(&self, x: (&str, &[f64])) -> (String, Vec<f64>) {
        (x.0.to_owned(), x.1.to_vec())
    }
    fn single_tuple(&self, x: (u8,)) -> (u8,) {
        x
    }
    fn unit(&self, x: ()) {
        x
    }
    fn units(&self, x: &[()]) -> Vec<()> {
        x.to_vec()
    }
    fn perhaps(&self, x: Option<&[f64]>) -> Option<Vec<f64>> {
        x.map(<[f64]>::to_vec)
    }
    fn result(&self, x: Result<&str, i32>) -> Result<String, i32> {
        x.map(ToOwned::to_owned)
    }
    fn push(&mut self, x: f64) {
        self.pushed.push(x);
    }
    fn pushed(&self) -> Vec<f64> {
        self.pushed.clone()
    }
    #[expect(clippy::todo, reason = "untouched exercises are what is tested")]
    fn end(&self, how: &str) {
        match how {
            "str" => panic!("a plain text"),
            "string" => panic!("a text with {}", self.pushed.len()),
            "number" => panic_any(42),
            "drop" => panic_any(PanicsOnDrop),
            "long" => panic!("{}", "é".repeat(10_000)),
            "nested" => nested(),
            "todo" => todo!(),
            "todo with text" => todo!("exercise 1"),
            "unimplemented" => unimplemented!(),
            "unimplemented with text" => unimplemented!("exercise {}", 2),
            "like unimplemented" => panic!("not implemented for empty input"),
            "caught" => {
                let caught = std::panic::catch_unwind(|| panic!("inner"));
                assert!(caught.is_err());
            }
            "thread" => {
                let joined = std::thread::spawn(|| panic_any("in another thread")).join();
                std::panic::resume_unwind(joined.expect_err("the thread panics"));
            }
            _ => {}
        }
    }
}

fn nested() {
    let inner = || -> f64 { Vec::<f64>::new()[7] };
    inner();
}

fn signature() -> Signature {
    <dyn Everything as grader_abi::Contract>::signature()
}

/// Arguments in wire form, by the signature.
fn arguments(function: &str, values: &[Value]) -> (u32, Vec<u8>) {
    let signature = signature();
    let (number, function) = signature.function(function).expect("the contract has the function");
    let mut encoder = Encoder::new();
    for (value, parameter) in values.iter().zip(&function.parameters) {
        value
            .encode(&parameter.ty, &mut encoder)
            .expect("the value is of the type");
    }
    (number, encoder.into_bytes())
}

/// What the function returns, read by the signature, or its reply if it does not return.
fn call<M: grader_abi::Make>(
    instance: &mut Instance<M>,
    fresh: bool,
    function: &str,
    values: &[Value],
) -> Result<Value, Reply<'static>> {
    let (number, bytes) = arguments(function, values);
    let reply = instance.call(fresh, number, &bytes);
    match Reply::decode(reply).expect("a reply") {
        Reply::Returned(bytes) => {
            let signature = signature();
            let (_, function) = signature.function(function).expect("it was called");
            Ok(Value::from_bytes(&function.returns, bytes).expect("a value of the type"))
        }
        Reply::Panicked { message, place } => Err(Reply::Panicked { message, place }),
        Reply::NotImplemented { place } => Err(Reply::NotImplemented { place }),
        Reply::BadCall(why) => Err(Reply::BadCall(why)),
    }
}

fn echo() -> Instance<Maker<Echo>> {
    Instance::new()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn integers(integers: &[i128]) -> Value {
    Value::Tuple(integers.iter().copied().map(Value::Integer).collect())
}

#[test]
fn every_type_survives_the_way_there_and_back() {
    let reals = || Value::Reals(vec![0.5, -0.0, f64::INFINITY]);
    let cases = [
        ("truth", Value::Bool(true)),
        (
            "signed",
            integers(&[-128, -32_768, i32::MIN.into(), i64::MIN.into(), i128::MIN, -1]),
        ),
        (
            "signed",
            integers(&[
                127,
                32_767,
                i32::MAX.into(),
                i64::MAX.into(),
                i128::MAX,
                i64::MAX.into(),
            ]),
        ),
        ("unsigned", integers(&[0, 0, 0, 0, 0])),
        (
            "unsigned",
            integers(&[255, 65_535, u32::MAX.into(), u64::MAX.into(), u64::MAX.into()]),
        ),
        ("double", Value::Real(1e-310)),
        ("single", Value::Real(f64::from(0.1f32))),
        ("letter", Value::Char('𝛑')),
        ("text", text("H(p, q) ≥ H(p)\0")),
        ("owned_text", text("")),
        ("vector", reals()),
        ("vector", Value::Reals(vec![])),
        ("owned_vector", reals()),
        ("matrix", Value::List(vec![reals(), Value::Reals(vec![]), reals()])),
        ("array", reals()),
        (
            "referenced_array",
            Value::List(vec![
                Value::List(vec![Value::Integer(1), Value::Integer(-2)]),
                Value::List(vec![Value::Integer(3), Value::Integer(4)]),
            ]),
        ),
        ("words", Value::List(vec![text("a"), text("")])),
        ("pair", Value::Tuple(vec![text("p"), reals()])),
        ("single_tuple", integers(&[9])),
        ("unit", Value::Tuple(vec![])),
        ("units", Value::List(vec![Value::Tuple(vec![]); 3])),
        ("perhaps", Value::Option(None)),
        ("perhaps", Value::Option(Some(Box::new(reals())))),
        ("result", Value::Result(Ok(Box::new(text("fine"))))),
        ("result", Value::Result(Err(Box::new(Value::Integer(-3))))),
    ];
    let mut echo = echo();
    for (function, value) in cases {
        assert_eq!(
            call(&mut echo, true, function, slice::from_ref(&value)),
            Ok(value),
            "{function}"
        );
    }
}

#[test]
fn no_bit_of_a_real_is_lost() {
    let signalling = 0x7ff0_0000_0000_0001;
    let payload = 0xfff8_dead_beef_cafe;
    let mut echo = echo();
    for wanted in [signalling, payload, (-0.0f64).to_bits(), 1, f64::NEG_INFINITY.to_bits()] {
        let value = Value::Real(f64::from_bits(wanted));
        let got = call(&mut echo, true, "double", &[value]).expect("it returns");
        let Value::Real(real) = got else {
            panic!("{got:?} is no real")
        };
        assert_eq!(real.to_bits(), wanted);

        let values = Value::Reals(vec![1.0, f64::from_bits(wanted)]);
        let got = call(&mut echo, true, "vector", &[values]).expect("it returns");
        let Value::Reals(reals) = got else {
            panic!("{got:?} are no reals")
        };
        assert_eq!(reals[1].to_bits(), wanted);
    }
}

#[test]
fn a_signature_says_what_the_trait_says() {
    let signature = signature();
    assert_eq!(signature.contract, "Everything");
    let (number, truth) = signature.function("truth").expect("it is the first");
    assert_eq!(
        (number, truth.docs.as_str(), truth.mutates),
        (0, "Gives the truth back.\n\n- unchanged", false)
    );
    let (number, push) = signature.function("push").expect("it is there");
    assert_eq!((number, push.docs.as_str(), push.mutates), (20, "", true));
    for (function, wanted) in [
        ("perhaps", "perhaps(x: Option<Vec<f64>>) -> Option<Vec<f64>>"),
        ("pair", "pair(x: (String, Vec<f64>)) -> (String, Vec<f64>)"),
        ("single_tuple", "single_tuple(x: (u8,)) -> (u8,)"),
        (
            "referenced_array",
            "referenced_array(x: [[i32; 2]; 2]) -> [[i32; 2]; 2]",
        ),
        ("result", "result(x: Result<String, i32>) -> Result<String, i32>"),
        ("push", "push(x: f64) -> ()"),
    ] {
        let (_, function) = signature.function(function).expect("it is there");
        assert_eq!(function.to_string(), wanted);
    }
    assert!(signature.function("no such").is_none());
}

#[test]
fn a_kept_instance_remembers_and_a_fresh_one_does_not() {
    let mut echo = echo();
    let pushed = |echo: &mut Instance<_>| call(echo, false, "pushed", &[]);
    let push = |echo: &mut Instance<_>, fresh, x| call(echo, fresh, "push", &[Value::Real(x)]);
    // The first call makes an instance even if it asks for none.
    assert_eq!(pushed(&mut echo), Ok(Value::Reals(vec![])));
    assert_eq!(push(&mut echo, false, 1.0), Ok(Value::Tuple(vec![])));
    assert_eq!(push(&mut echo, false, 2.0), Ok(Value::Tuple(vec![])));
    assert_eq!(pushed(&mut echo), Ok(Value::Reals(vec![1.0, 2.0])));
    assert!(call(&mut echo, false, "end", &[text("str")]).is_err());
    assert_eq!(
        pushed(&mut echo),
        Ok(Value::Reals(vec![1.0, 2.0])),
        "a panic keeps the instance"
    );
    assert_eq!(push(&mut echo, true, 3.0), Ok(Value::Tuple(vec![])));
    assert_eq!(pushed(&mut echo), Ok(Value::Reals(vec![3.0])));
}

#[test]
fn a_panic_is_a_reply() {
    let long = "é".repeat(2048);
    let cases = [
        ("str", "a plain text"),
        ("string", "a text with 0"),
        ("number", ""),
        ("drop", ""),
        ("long", long.as_str()),
        ("nested", "index out of bounds: the len is 0 but the index is 7"),
        ("like unimplemented", "not implemented for empty input"),
    ];
    let mut echo = echo();
    for (how, wanted) in cases {
        let Err(Reply::Panicked { message, place }) = call(&mut echo, true, "end", &[text(how)]) else {
            panic!("{how} does not panic");
        };
        assert_eq!(message, wanted, "{how}");
        assert!(place.starts_with(file!()), "{how}: {place}");
    }
}

#[test]
fn what_is_to_do_is_not_implemented() {
    let mut echo = echo();
    for how in ["todo", "todo with text", "unimplemented", "unimplemented with text"] {
        let Err(Reply::NotImplemented { place }) = call(&mut echo, true, "end", &[text(how)]) else {
            panic!("{how} is implemented");
        };
        assert!(place.starts_with(file!()), "{how}: {place}");
    }
}

#[test]
fn a_panic_that_the_solution_catches_is_no_panic() {
    assert_eq!(
        call(&mut echo(), true, "end", &[text("caught")]),
        Ok(Value::Tuple(vec![]))
    );
}

#[test]
fn a_panic_of_another_thread_has_no_place() {
    let reply = call(&mut echo(), true, "end", &[text("thread")]);
    let message = "in another thread".to_owned();
    let place = String::new();
    assert_eq!(reply, Err(Reply::Panicked { message, place }));
}

#[test]
fn a_call_that_is_not_the_contracts_is_a_bad_call() {
    let (vector, bytes) = arguments("vector", &[Value::Reals(vec![1.0, 2.0])]);
    let (unit, nothing) = arguments("pushed", &[]);
    let longer = [bytes.as_slice(), &[0]].concat();
    let cases = [
        (99, bytes.as_slice(), "no such function".to_owned()),
        (u32::MAX, &[], "no such function".to_owned()),
        (vector, &[], WireError::TooShort.to_string()),
        (vector, &bytes[..bytes.len() - 1], WireError::TooShort.to_string()),
        (vector, &longer, WireError::TooLong.to_string()),
        (vector, &[255; 4], WireError::TooShort.to_string()),
        (unit, &[0], WireError::TooLong.to_string()),
    ];
    let mut echo = echo();
    for (function, bytes, why) in cases {
        let reply = Reply::decode(echo.call(true, function, bytes)).expect("a reply");
        assert_eq!(reply, Reply::BadCall(why), "{function} {bytes:?}");
    }
    assert!(nothing.is_empty());
    assert_eq!(
        call(&mut echo, false, "truth", &[Value::Bool(true)]),
        Ok(Value::Bool(true))
    );
}

/// A base, a patch of it, and solutions that misbehave outside of the contract's functions.
mod solutions {
    use super::{Echo, Patch};

    #[derive(Default)]
    pub(super) struct Bug(Echo);

    impl Patch for Bug {
        type Base = Echo;

        fn base(&self) -> &Echo {
            &self.0
        }

        fn base_mut(&mut self) -> &mut Echo {
            &mut self.0
        }

        fn double(&self, x: f64) -> f64 {
            2.0 * x
        }
    }

    pub(super) struct NoDefault(Bug);

    impl Default for NoDefault {
        fn default() -> Self {
            panic!("no default");
        }
    }

    impl Patch for NoDefault {
        type Base = Echo;

        fn base(&self) -> &Echo {
            &self.0.0
        }

        fn base_mut(&mut self) -> &mut Echo {
            &mut self.0.0
        }
    }

    #[derive(Default)]
    pub(super) struct NoEnd(Echo);

    impl Drop for NoEnd {
        fn drop(&mut self) {
            panic!("no end");
        }
    }

    impl Patch for NoEnd {
        type Base = Echo;

        fn base(&self) -> &Echo {
            &self.0
        }

        fn base_mut(&mut self) -> &mut Echo {
            &mut self.0
        }
    }
}

#[test]
fn a_patch_overrides_one_function_and_inherits_the_rest() {
    let mut bug = Instance::<Maker<Patched<solutions::Bug>>>::new();
    assert_eq!(
        call(&mut bug, true, "double", &[Value::Real(1.5)]),
        Ok(Value::Real(3.0))
    );
    assert_eq!(
        call(&mut bug, true, "single", &[Value::Real(1.5)]),
        Ok(Value::Real(1.5))
    );
    assert_eq!(
        call(&mut bug, true, "push", &[Value::Real(7.0)]),
        Ok(Value::Tuple(vec![]))
    );
    assert_eq!(call(&mut bug, false, "pushed", &[]), Ok(Value::Reals(vec![7.0])));
}

#[test]
fn a_panic_in_default_is_a_panic_of_the_call() {
    let mut instance = Instance::<Maker<Patched<solutions::NoDefault>>>::new();
    for fresh in [true, false, true] {
        let Err(Reply::Panicked { message, place }) = call(&mut instance, fresh, "pushed", &[]) else {
            panic!("there is an instance");
        };
        assert_eq!(message, "no default");
        assert!(place.starts_with(file!()), "{place}");
    }
}

#[test]
fn a_panic_in_drop_answers_no_call() {
    let mut instance = Instance::<Maker<Patched<solutions::NoEnd>>>::new();
    for _ in 0..3 {
        assert_eq!(call(&mut instance, true, "pushed", &[]), Ok(Value::Reals(vec![])));
    }
    drop(instance);
}

#[test]
fn a_type_deeper_than_any_is_refused_by_the_reader() {
    let mut signature = signature();
    let deep = (1..MAX_DEPTH).fold(Type::Integer(IntegerType::U8), |ty, _| ty.list());
    for (ty, fits) in [(deep.clone(), true), (deep.list(), false)] {
        signature.functions[0].returns = ty;
        let mut encoder = Encoder::new();
        signature.encode(&mut encoder);
        let read = Signature::decode(&mut grader_abi::Decoder::new(encoder.bytes()));
        let wanted = if fits {
            Ok(signature.clone())
        } else {
            Err(WireError::TooDeep)
        };
        assert_eq!(read, wanted);
    }
}
