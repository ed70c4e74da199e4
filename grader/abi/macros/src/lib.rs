//! The attribute `#[contract]`, which `grader_abi` exports and documents.
//!
//! Takes a trait, gives it back as written with what the boundary needs next to it. Must never: change the trait; accept
//! what could not be called by bytes. Everything that is wrong with a trait is reported at once, where it stands.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "syn's enums grow; what is not known is refused"
)]

mod complaint;
mod contract;
mod dispatch;
mod export;
mod patch;
mod support;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Item};

use crate::contract::Contract;

/// Makes an ordinary trait, at the root of its crate, a contract between the grader and its submissions.
///
/// Every function takes `&self` or `&mut self`, and its arguments and return type can travel:
/// `bool`, integers but `u128`, `f32`, `f64`, `char`, `String`, `Vec`, arrays, tuples, `Option`, `Result`, and as
/// arguments also `&` of these, `&str` and `&[T]`.
///
/// The trait stays as written. Added next to it are:
/// - `export!(Solution)`, by which a crate offers its solution, a type that implements the trait and `Default`;
/// - `Patch` and `Patched`, by which a solution differs from another in a few functions;
/// - `Maker`, which makes instances of a solution that is linked in, and the trait's `grader_abi::Contract`.
#[proc_macro_attribute]
pub fn contract(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let item = TokenStream::from(item);
    let added = add(arguments.into(), item.clone()).unwrap_or_else(|error| error.into_compile_error());
    quote!(#item #added).into()
}

fn add(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[contract]` takes no arguments"));
    }
    let item = syn::parse2::<Item>(item)?;
    let Item::Trait(item) = &item else {
        return Err(Error::new_spanned(
            item,
            "`#[contract]` makes a contract of a trait, of nothing else",
        ));
    };
    let contract = Contract::read(item)?;
    let parts = [
        dispatch::expand(&contract),
        export::expand(&contract),
        patch::expand(&contract),
    ];
    Ok(parts.into_iter().collect())
}
