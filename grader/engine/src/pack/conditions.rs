//! Under which conditions a submission is built and asked: what a grader needs beside the checks.

use std::time::Duration;

use grader_abi::{Decoder, Encoder, Signature};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Under which conditions a submission is built and asked. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Where the contract lies, seen from the template.
    pub contract: String,
    /// CPU time of the compiler.
    pub build: Duration,
    /// CPU time of one call.
    pub call: Duration,
    /// CPU time of all calls together.
    pub total: Duration,
    /// Memory, in bytes.
    pub memory: u64,
    /// Of that, the stack, in bytes.
    pub stack: u64,
    /// How many bytes of what a submission prints are kept.
    pub output: u64,
    /// How many threads a solution may start.
    pub threads: u32,
    /// Whether submissions may have `unsafe` code.
    pub unsafe_code: UnsafeCode,
    /// rustc's opt-level for submissions.
    pub optimize: u8,
}

/// Whether submissions may have `unsafe` code.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "spec", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum UnsafeCode {
    /// They do not build with it.
    #[default]
    Forbid,
    /// They may.
    Allow,
}

impl Default for Conditions {
    /// Those of a spec that says nothing of them.
    fn default() -> Self {
        Self {
            contract: "../contract".to_owned(),
            build: Duration::from_secs(60),
            call: Duration::from_secs(1),
            total: Duration::from_secs(30),
            memory: 512 << 20,
            stack: 8 << 20,
            output: 64 << 10,
            threads: 0,
            unsafe_code: UnsafeCode::Forbid,
            optimize: 0,
        }
    }
}

/// A signature as text: its wire form in hexadecimal digits.
pub(super) fn signature_text(signature: &Signature) -> String {
    let mut encoder = Encoder::new();
    signature.encode(&mut encoder);
    let bytes = encoder.into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn write_signature<S: Serializer>(signature: &Signature, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&signature_text(signature))
}

/// Reads what [`signature_text`] writes.
pub(super) fn read_signature<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Signature, D::Error> {
    let digits = String::deserialize(deserializer)?;
    let bytes = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    let bytes = bytes.ok_or_else(|| D::Error::custom("the signature is not hexadecimal"))?;
    let mut decoder = Decoder::new(&bytes);
    let signature = Signature::decode(&mut decoder).map_err(D::Error::custom)?;
    decoder.finish().map_err(D::Error::custom)?;
    Ok(signature)
}
