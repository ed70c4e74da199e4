//! Whatever a worker sends: no panic, no deep stack, no memory beyond the input's own size times a constant.

#![no_main]

use grader_abi::{Decoder, Encoder, Reply, Signature, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Reply::decode(bytes);
    let mut decoder = Decoder::new(bytes);
    let Ok(signature) = Signature::decode(&mut decoder) else { return };
    // What is left is read as a value of each type that the signature names; what reads well is written back the same.
    let rest = decoder.rest();
    for function in signature.functions.iter().take(8) {
        if let Ok(value) = Value::from_bytes(&function.returns, rest) {
            let mut encoder = Encoder::new();
            value.encode(&function.returns, &mut encoder).expect("what was read is of its type");
            let again = Value::from_bytes(&function.returns, encoder.bytes()).expect("what was written can be read");
            assert_eq!(format!("{value:?}"), format!("{again:?}"));
        }
    }
});
