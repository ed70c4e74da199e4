//! Bytes that nobody meant well: reading them never panics, never takes long and never asks for much memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use grader_abi::{
    Decoder, Encoder, Function, IntegerType, MAX_DEPTH, Parameter, Reply, Signature, Type, Value, Wire, WireError,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes of memory that a value may take for each byte of its wire form and each level of its type.
const MEMORY_PER_BYTE_AND_LEVEL: usize = 160;

/// The system's memory, counted for each thread.
struct Counting;

thread_local! {
    static NOW: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all requests go to the system's allocator as they are; counting touches no allocated memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.get().wrapping_add(layout.size());
        NOW.set(now);
        MOST.set(MOST.get().max(now));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        NOW.set(NOW.get().saturating_sub(layout.size()));
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What the code gives, and the most memory that it held at a time.
fn measured<T>(code: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.get();
    MOST.set(before);
    let value = code();
    (value, MOST.get() - before)
}

fn level(ty: &Type) -> usize {
    1 + match ty {
        Type::Bool | Type::Integer(_) | Type::F32 | Type::F64 | Type::Char | Type::Text => 0,
        Type::List(item) | Type::Array(item, _) | Type::Option(item) => level(item),
        Type::Tuple(members) => members.iter().map(level).max().unwrap_or(0),
        Type::Result(ok, err) => level(ok).max(level(err)),
    }
}

/// Reads a value, within the memory that it may take.
fn read(ty: &Type, bytes: &[u8]) -> Result<Value, WireError> {
    let (value, memory) = measured(|| Value::from_bytes(ty, bytes));
    let types = 64 * ty.to_string().len();
    let most = types + MEMORY_PER_BYTE_AND_LEVEL * level(ty) * (bytes.len() + 1);
    assert!(
        memory <= most,
        "{memory} bytes of memory for {} bytes of {ty}",
        bytes.len()
    );
    value
}

fn wire(value: &Value, ty: &Type) -> Vec<u8> {
    let mut encoder = Encoder::new();
    value.encode(ty, &mut encoder).expect("the value is of the type");
    encoder.into_bytes()
}

fn integer_type() -> impl Strategy<Value = IntegerType> {
    use IntegerType::*;
    proptest::sample::select(vec![I8, I16, I32, I64, I128, Isize, U8, U16, U32, U64, Usize])
}

/// Any type of some levels. `f32` is left out where bytes are compared: a signalling NaN becomes quiet when widened.
fn ty(leaf_f32: bool) -> impl Strategy<Value = Type> {
    let real = if leaf_f32 { Type::F32 } else { Type::F64 };
    let leaf = prop_oneof![
        Just(Type::Bool),
        integer_type().prop_map(Type::Integer),
        Just(real),
        Just(Type::F64),
        Just(Type::Char),
        Just(Type::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            (inner.clone(), 0u32..4).prop_map(|(item, length)| Type::Array(Box::new(item), length)),
            vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            inner.clone().prop_map(|some| Type::Option(Box::new(some))),
            (inner.clone(), inner).prop_map(|(ok, err)| Type::Result(Box::new(ok), Box::new(err))),
        ]
    })
}

/// Any value of this type.
fn value_of(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Integer(integer) => {
            let (least, most) = integer.range();
            prop_oneof![Just(least), Just(most), least..=most]
                .prop_map(Value::Integer)
                .boxed()
        }
        Type::F32 => any::<u32>()
            .prop_map(|bits| Value::Real(f32::from_bits(bits).into()))
            .boxed(),
        Type::F64 => any::<u64>().prop_map(|bits| Value::Real(f64::from_bits(bits))).boxed(),
        Type::Char => any::<char>().prop_map(Value::Char).boxed(),
        Type::Text => any::<String>().prop_map(Value::Text).boxed(),
        Type::List(item) => list_of(item, 0, 3),
        Type::Array(item, length) => list_of(item, *length as usize, *length as usize),
        Type::Tuple(types) => types
            .iter()
            .map(value_of)
            .collect::<Vec<_>>()
            .prop_map(Value::Tuple)
            .boxed(),
        Type::Option(some) => proptest::option::of(value_of(some))
            .prop_map(|some| Value::Option(some.map(Box::new)))
            .boxed(),
        Type::Result(ok, err) => prop_oneof![
            value_of(ok).prop_map(|ok| Value::Result(Ok(Box::new(ok)))),
            value_of(err).prop_map(|err| Value::Result(Err(Box::new(err)))),
        ]
        .boxed(),
    }
}

fn list_of(item: &Type, least: usize, most: usize) -> BoxedStrategy<Value> {
    if *item == Type::F64 {
        let bits = vec(any::<u64>(), least..=most);
        return bits
            .prop_map(|bits| Value::Reals(bits.into_iter().map(f64::from_bits).collect()))
            .boxed();
    }
    vec(value_of(item), least..=most).prop_map(Value::List).boxed()
}

fn typed(leaf_f32: bool) -> impl Strategy<Value = (Type, Value)> {
    ty(leaf_f32).prop_flat_map(|ty| {
        let value = value_of(&ty);
        (Just(ty), value)
    })
}

fn signature() -> impl Strategy<Value = Signature> {
    let parameter = ("[a-z]{0,3}", ty(true)).prop_map(|(name, ty)| Parameter { name, ty });
    let function = (
        "[a-z]{0,5}",
        any::<String>(),
        any::<bool>(),
        vec(parameter, 0..3),
        ty(true),
    );
    let function = function.prop_map(|(name, docs, mutates, parameters, returns)| Function {
        name,
        docs,
        mutates,
        parameters,
        returns,
    });
    ("[A-Z]", vec(function, 0..4)).prop_map(|(contract, functions)| Signature { contract, functions })
}

/// A few bytes replaced, put in or cut off.
fn damaged(mut bytes: Vec<u8>, damage: &[(usize, u8, u8)]) -> Vec<u8> {
    for (place, kind, byte) in damage {
        let place = place % (bytes.len() + 1);
        match kind % 4 {
            0 => bytes.insert(place, *byte),
            1 => bytes.truncate(place),
            2 if place + 4 <= bytes.len() => bytes[place..place + 4].fill(255),
            _ => {
                if let Some(old) = bytes.get_mut(place) {
                    *old = *byte;
                }
            }
        }
    }
    bytes
}

fn damage() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    vec(any::<(usize, u8, u8)>(), 1..4)
}

/// What a Rust type reads from bytes, the engine reads, and the other way round.
fn agree<T: Wire>(bytes: &[u8]) {
    let mut decoder = Decoder::new(bytes);
    let rust = T::decode(&mut decoder).and_then(|rust| decoder.finish().map(|()| rust));
    match (rust, read(&T::describe(), bytes)) {
        (Ok(rust), Ok(value)) => {
            let mut encoder = Encoder::new();
            rust.encode(&mut encoder);
            assert_eq!(encoder.bytes(), bytes);
            assert_eq!(wire(&value, &T::describe()), bytes);
        }
        (Err(rust), Err(value)) => assert_eq!(rust, value),
        (rust, value) => panic!("{:?} and {value:?} from {bytes:?}", rust.map(|_| "a value")),
    }
}

#[test]
fn both_sides_see_a_wrong_length_first() {
    for bytes in [&[1, 0, 0, 0, 0, 0][..], &[1, 0, 0, 0, 7], &[4, 0, 0, 0]] {
        agree::<[(); 3]>(bytes);
        agree::<[bool; 3]>(bytes);
        agree::<[f64; 3]>(bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_comes_back_with_all_its_bits((ty, value) in typed(true)) {
        let bytes = wire(&value, &ty);
        let back = read(&ty, &bytes).expect("it was written so");
        // A NaN is not equal to itself, but its bytes are.
        prop_assert_eq!(format!("{:?}", back), format!("{:?}", value));
        prop_assert_eq!(wire(&back, &ty), bytes);
    }

    #[test]
    fn a_damaged_value_is_refused_or_another((ty, value) in typed(false), damage in damage()) {
        let bytes = damaged(wire(&value, &ty), &damage);
        if let Ok(value) = read(&ty, &bytes) {
            prop_assert_eq!(wire(&value, &ty), bytes);
        }
    }

    #[test]
    fn random_bytes_are_no_value_or_one_with_these_bytes(ty in ty(false), bytes in vec(any::<u8>(), 0..64)) {
        if let Ok(value) = read(&ty, &bytes) {
            prop_assert_eq!(wire(&value, &ty), bytes);
        }
    }

    #[test]
    fn both_sides_read_the_same(bytes in vec(prop_oneof![0u8..4, any::<u8>()], 0..24)) {
        agree::<bool>(&bytes);
        agree::<(i8, u16, isize)>(&bytes);
        agree::<i128>(&bytes);
        agree::<char>(&bytes);
        agree::<String>(&bytes);
        agree::<Vec<f64>>(&bytes);
        agree::<Vec<Vec<()>>>(&bytes);
        agree::<[f64; 2]>(&bytes);
        agree::<[(); 3]>(&bytes);
        agree::<Vec<[bool; 1]>>(&bytes);
        agree::<Option<Result<u8, String>>>(&bytes);
        agree::<((u8,), (), Option<()>)>(&bytes);
    }

    #[test]
    fn a_damaged_signature_is_refused_or_another(signature in signature(), damage in damage()) {
        let mut encoder = Encoder::new();
        signature.encode(&mut encoder);
        let intact = encoder.into_bytes();
        prop_assert_eq!(Signature::decode(&mut Decoder::new(&intact)), Ok(signature));

        let bytes = damaged(intact, &damage);
        let mut decoder = Decoder::new(&bytes);
        let (read, memory) = measured(|| Signature::decode(&mut decoder));
        prop_assert!(memory <= 512 * (bytes.len() + 1), "{} bytes of memory", memory);
        if let Ok(signature) = read {
            let mut encoder = Encoder::new();
            signature.encode(&mut encoder);
            prop_assert_eq!(encoder.bytes(), &bytes[..bytes.len() - decoder.rest().len()]);
        }
    }

    #[test]
    fn random_bytes_are_no_reply_or_one_with_these_bytes(bytes in vec(prop_oneof![0u8..4, any::<u8>()], 0..32)) {
        if let Ok(reply) = Reply::decode(&bytes) {
            let mut encoder = Encoder::new();
            reply.encode(&mut encoder);
            prop_assert_eq!(encoder.bytes(), bytes);
        }
    }
}

/// The bytes of a length that no message has.
const HUGE: [u8; 4] = [255; 4];

fn nested(item: Type, levels: usize, nest: fn(Type) -> Type) -> Type {
    (0..levels).fold(item, |ty, _| nest(ty))
}

#[test]
fn a_huge_length_is_refused_before_any_memory_is_taken() {
    let unit = || Type::Tuple(vec![]);
    let array = |item| Type::Array(Box::new(item), u32::MAX);
    let types = [
        Type::Text,
        Type::F64.list(),
        unit().list(),
        Type::Text.list().list(),
        array(Type::F64),
        array(unit()),
        array(array(unit())),
        Type::Tuple(vec![Type::F64.list(), array(array(Type::Bool))]),
    ];
    for ty in types {
        for tail in [0, 1, 1000] {
            let bytes = [HUGE.as_slice(), &vec![0; tail]].concat();
            let (value, memory) = measured(|| Value::from_bytes(&ty, &bytes));
            assert_eq!(value, Err(WireError::TooShort), "{ty}");
            assert!(memory < 1024, "{memory} bytes of memory for {ty}");
        }
    }
}

#[test]
fn lists_that_all_claim_the_rest_take_little_memory() {
    let ty = nested(Type::Bool, MAX_DEPTH - 1, Type::list);
    let mut bytes = vec![0; 64 * 1024];
    for level in 0..MAX_DEPTH {
        let rest = u32::try_from(bytes.len() - 4 * (level + 1)).expect("it is small");
        bytes[4 * level..][..4].copy_from_slice(&rest.to_le_bytes());
    }
    assert!(read(&ty, &bytes).is_err());
}

#[test]
fn levels_that_take_no_bytes_take_little_memory() {
    // Each of these bools is one byte within thirty tuples of one.
    let ty = nested(Type::Bool, MAX_DEPTH - 2, |ty| Type::Tuple(vec![ty])).list();
    let count = 16 * 1024u32;
    let bytes = [count.to_le_bytes().as_slice(), &vec![1; count as usize]].concat();
    assert!(read(&ty, &bytes).is_ok());
}

#[test]
fn a_value_deeper_than_any_is_refused() {
    let ty = nested(Type::Bool, MAX_DEPTH, |ty| Type::Option(Box::new(ty)));
    assert_eq!(read(&ty, &[1; MAX_DEPTH + 1]), Err(WireError::TooDeep));
}

/// A signature of one function without parameters, whose return type is these bytes.
fn signature_returning(ty: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.text("C");
    encoder.length(1);
    encoder.text("f");
    encoder.text("");
    encoder.byte(0);
    encoder.length(0);
    encoder.raw(ty);
    encoder.into_bytes()
}

#[test]
fn crafted_types_are_refused_quickly() {
    const LIST: u8 = 6;
    const ARRAY: u8 = 7;
    const TUPLE: u8 = 8;
    const FUNCTION: u8 = 255;
    let tuples_of_two: Vec<u8> = [TUPLE, 2, 0, 0, 0].repeat(100_000);
    let arrays: Vec<u8> = [ARRAY, 255, 255, 255, 255].repeat(100_000);
    let wide = [[TUPLE, 0, 0, 1, 0].as_slice(), &[LIST; 65_536]].concat();
    let cases: [(&str, &[u8], WireError); 8] = [
        ("no type", &[], WireError::TooShort),
        ("an unknown one", &[77], WireError::Invalid("unknown type tag")),
        (
            "a function",
            &[FUNCTION],
            WireError::Invalid("functions as arguments are not supported yet"),
        ),
        ("lists of lists", &[LIST; 1_000_000], WireError::TooDeep),
        ("tuples of tuples", &tuples_of_two, WireError::TooDeep),
        ("arrays of arrays", &arrays, WireError::TooDeep),
        ("a huge tuple", &[TUPLE, 255, 255, 255, 255], WireError::TooShort),
        ("a wide tuple of lists of lists", &wide, WireError::TooDeep),
    ];
    for (name, ty, wanted) in cases {
        let bytes = signature_returning(ty);
        let (read, memory) = measured(|| Signature::decode(&mut Decoder::new(&bytes)));
        assert_eq!(read, Err(wanted), "{name}");
        assert!(memory < 16 * 1024, "{name}: {memory} bytes of memory");
    }
}

#[test]
fn an_array_of_a_huge_length_is_a_type_without_memory() {
    let bytes = signature_returning(&[7, 255, 255, 255, 255, 7, 255, 255, 255, 255, 3]);
    let signature = Signature::decode(&mut Decoder::new(&bytes)).expect("it is a signature");
    let ty = &signature.functions[0].returns;
    assert_eq!(ty.to_string(), "[[f64; 4294967295]; 4294967295]");
    assert_eq!(
        read(ty, &[0; 64]),
        Err(WireError::Invalid("an array of another length"))
    );
}

#[test]
fn a_signature_of_countless_functions_is_refused() {
    let mut encoder = Encoder::new();
    encoder.text("C");
    for tail in [0, 3, 4096] {
        let bytes = [encoder.bytes(), &HUGE, &vec![0; tail]].concat();
        assert_eq!(Signature::decode(&mut Decoder::new(&bytes)), Err(WireError::TooShort));
    }
}

#[test]
fn a_reply_that_no_library_writes_is_refused() {
    let long = {
        let mut encoder = Encoder::new();
        encoder.byte(3);
        encoder.text(&"x".repeat(4097));
        encoder.into_bytes()
    };
    let cases: [(&[u8], WireError); 7] = [
        (&[], WireError::TooShort),
        (&[4], WireError::Invalid("unknown kind of reply")),
        (&[1, 0, 0, 0, 0], WireError::TooShort),
        (&[2, 255, 255, 255, 255, 0], WireError::TooShort),
        (&[2, 1, 0, 0, 0, 0xff], WireError::Invalid("a text that is not UTF-8")),
        (&[3, 0, 0, 0, 0, 0], WireError::TooLong),
        (&long, WireError::Invalid("a message longer than any is")),
    ];
    for (bytes, wanted) in cases {
        assert_eq!(Reply::decode(bytes), Err(wanted));
    }
}
