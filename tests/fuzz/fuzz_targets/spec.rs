//! Whatever stands in a spec file: a plan or errors with places, no panic.

#![no_main]

use grader_abi::{Function, IntegerType, Parameter, Signature, Type};
use grader_engine::spec::Spec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Spec::read("fuzz.yaml", text).and_then(|spec| spec.plan(&signature())) {
        Ok(plan) => assert!(!plan.checks.is_empty() || plan.exercises.is_empty()),
        Err(errors) => assert!(!errors.to_string().is_empty() && !errors.places().is_empty()),
    }
});

fn signature() -> Signature {
    let function = |name: &str, parameters: &[(&str, Type)], returns: Type| Function {
        name: name.into(),
        docs: String::new(),
        mutates: false,
        parameters: parameters.iter().map(|(name, ty)| Parameter { name: (*name).into(), ty: ty.clone() }).collect(),
        returns,
    };
    let vector = || Type::F64.list();
    let count = || Type::Integer(IntegerType::Usize);
    Signature {
        contract: "Fuzz".into(),
        functions: vec![
            function("entropy", &[("p", vector())], Type::F64),
            function("pick", &[("p", vector()), ("k", count())], Type::F64),
            function("slopes", &[("z", vector())], vector()),
            function("named", &[("name", Type::Text)], Type::Option(Box::new(Type::Char))),
        ],
    }
}
