//! The signature of a contract: what can be called, with what, and what comes back.
//!
//! A signature travels as bytes too: the grader learns it from the built reference, so decoding one trusts nothing.

use std::fmt;

use crate::decoder::{Decoder, WireError};
use crate::encoder::Encoder;
use crate::types::Type;

/// All functions of a contract, in the order of the trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The trait's name.
    pub contract: String,
    /// The functions; a call names one by its place in this list.
    pub functions: Vec<Function>,
}

/// One function of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its documentation, as students read it.
    pub docs: String,
    /// Whether it takes `&mut self`.
    pub mutates: bool,
    /// What it takes, `self` aside.
    pub parameters: Vec<Parameter>,
    /// What it returns.
    pub returns: Type,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type, references aside: `&[f64]` is a list of `f64`.
    pub ty: Type,
}

impl Signature {
    /// The place and the description of the function with this name.
    pub fn function(&self, name: &str) -> Option<(u32, &Function)> {
        (0u32..)
            .zip(&self.functions)
            .find(|(_, function)| function.name == name)
    }

    /// Appends the wire form of this signature.
    pub fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&self.contract);
        encoder.length(self.functions.len());
        self.functions.iter().for_each(|function| function.encode(encoder));
    }

    /// Reads a signature back.
    ///
    /// # Errors
    /// When the bytes are not a signature.
    pub fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        let contract = decoder.text()?;
        let functions = (0..decoder.length()?).map(|_| Function::decode(decoder));
        Ok(Self {
            contract,
            functions: functions.collect::<Result<_, _>>()?,
        })
    }
}

impl Function {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&self.name);
        encoder.text(&self.docs);
        encoder.byte(u8::from(self.mutates));
        encoder.length(self.parameters.len());
        for parameter in &self.parameters {
            encoder.text(&parameter.name);
            parameter.ty.encode(encoder);
        }
        self.returns.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, WireError> {
        let name = decoder.text()?;
        let docs = decoder.text()?;
        let mutates = decoder.bool()?;
        let parameters = (0..decoder.length()?).map(|_| {
            Ok(Parameter {
                name: decoder.text()?,
                ty: Type::decode(decoder)?,
            })
        });
        Ok(Self {
            name,
            docs,
            mutates,
            parameters: parameters.collect::<Result<_, _>>()?,
            returns: Type::decode(decoder)?,
        })
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, parameter) in self.parameters.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {}", parameter.name, parameter.ty)?;
        }
        write!(f, ") -> {}", self.returns)
    }
}
