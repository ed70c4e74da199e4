//! The contract's `grader_abi::Contract`: its signature, and its functions called by number. It has no generics, so that
//! it is compiled with the contract's crate and not with each submission.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

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
        let ty = argument(&parameter.ty, quote!(describe()));
        quote! {
            ::grader_abi::Parameter {
                name: ::std::string::String::from(#name),
                ty: #ty,
            }
        }
    });
    let returns = wire(&function.returns, quote!(describe()));
    quote! {
        ::grader_abi::Function {
            name: ::std::string::String::from(#name),
            docs: ::std::string::String::from(#docs),
            mutates: #mutates,
            parameters: ::std::vec::Vec::from([#(#parameters),*]),
            returns: #returns,
        }
    }
}

fn call(contract: &Ident, number: u32, function: &Function) -> TokenStream {
    let name = &function.signature.ident;
    let types = function.parameters.iter().map(|parameter| &parameter.ty);
    let locals: Vec<Ident> = (0..function.parameters.len())
        .map(|index| format_ident!("argument{index}"))
        .collect();
    let reads = types.clone().map(|ty| argument(ty, quote!(read(&mut arguments)?)));
    let lends = types
        .zip(&locals)
        .map(|(ty, local)| argument(ty, quote!(lend(&#local))));
    let encode = wire(&function.returns, quote!(encode(&returned, answer)));
    quote! {
        #number => {
            #(let #locals = #reads;)*
            arguments.finish()?;
            let returned = <Self as #contract>::#name(self, #(#lends),*);
            #encode;
        }
    }
}

/// A call of `Argument` on a type. It stands in a function's body, where the lifetimes that the type leaves out are
/// inferred.
fn argument(ty: &Type, call: TokenStream) -> TokenStream {
    on(ty, quote!(::grader_abi::Argument<'_>), call)
}

/// A call of `Wire` on a type.
fn wire(ty: &Type, call: TokenStream) -> TokenStream {
    on(ty, quote!(::grader_abi::Wire), call)
}

/// A call of a trait's function on a type. It begins and ends where the type does, so that the compiler says once, and
/// there, that the type does not have the trait.
fn on(ty: &Type, bound: TokenStream, call: TokenStream) -> TokenStream {
    let tokens = ty.to_token_stream();
    let first = tokens.clone().into_iter().next();
    let start = first.map_or_else(Span::call_site, |token| token.span());
    let end = tokens.into_iter().last().map_or(start, |token| token.span());
    let open = quote_spanned!(start=> <);
    let close = located_at(end, quote!(as #bound>::#call));
    quote!(#open #ty #close)
}

/// The tokens, all in one place.
fn located_at(place: Span, tokens: TokenStream) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), located_at(place, group.stream())).into();
        }
        token.set_span(place);
        token
    });
    tokens.collect()
}
