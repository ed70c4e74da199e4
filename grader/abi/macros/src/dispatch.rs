//! The contract's `grader_abi::Contract`: its signature, and its functions called by number. It has no generics, so that
//! it is compiled with the contract's crate and not with each submission.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::contract::{Contract, Function, plain};

pub(crate) fn expand(contract: &Contract) -> TokenStream {
    let name = &contract.name;
    let text = plain(name);
    let descriptions = contract.functions.iter().map(describe);
    let calls = (0u32..)
        .zip(&contract.functions)
        .map(|(number, function)| call(name, number, function));
    quote! {
        #[automatically_derived]
        impl ::grader_abi::Contract for dyn #name {
            fn signature() -> ::grader_abi::Signature {
                ::grader_abi::Signature {
                    contract: ::std::string::String::from(#text),
                    functions: ::std::vec::Vec::from([#(#descriptions),*]),
                }
            }

            fn dispatch(
                &mut self,
                function: u32,
                mut arguments: ::grader_abi::Decoder<'_>,
                answer: &mut ::grader_abi::Encoder,
            ) -> ::std::result::Result<(), ::grader_abi::WireError> {
                match function {
                    #(#calls)*
                    _ => return ::std::result::Result::Err(::grader_abi::WireError::Invalid("no such function")),
                }
                ::std::result::Result::Ok(())
            }
        }
    }
}

fn describe(function: &Function) -> TokenStream {
    let name = plain(&function.signature.ident);
    let docs = function.docs();
    let mutates = function.mutates;
    let parameters = function.parameters.iter().map(|parameter| {
        let name = plain(&parameter.name);
        let owned = owned(&parameter.ty);
        quote! {
            ::grader_abi::Parameter {
                name: ::std::string::String::from(#name),
                ty: <#owned as ::grader_abi::Wire>::describe(),
            }
        }
    });
    let returns = &function.returns;
    quote! {
        ::grader_abi::Function {
            name: ::std::string::String::from(#name),
            docs: ::std::string::String::from(#docs),
            mutates: #mutates,
            parameters: ::std::vec::Vec::from([#(#parameters),*]),
            returns: <#returns as ::grader_abi::Wire>::describe(),
        }
    }
}

fn call(contract: &Ident, number: u32, function: &Function) -> TokenStream {
    let name = &function.signature.ident;
    let returns = &function.returns;
    let locals: Vec<Ident> = (0..function.parameters.len())
        .map(|index| format_ident!("argument{index}", span = Span::mixed_site()))
        .collect();
    let types = function.parameters.iter().map(|parameter| &parameter.ty);
    let owned = types.clone().map(owned);
    quote! {
        #number => {
            #(let #locals = <#owned as ::grader_abi::Wire>::decode(&mut arguments)?;)*
            arguments.finish()?;
            let returned = <Self as #contract>::#name(
                self,
                #(<#types as ::grader_abi::Argument<'_>>::lend(&#locals)),*
            );
            <#returns as ::grader_abi::Wire>::encode(&returned, answer);
        }
    }
}

/// The owned half of an argument's type. It stands in function bodies only, where the lifetimes left out are inferred.
fn owned(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as ::grader_abi::Argument<'_>>::Owned)
}
