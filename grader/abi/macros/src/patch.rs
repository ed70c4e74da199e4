//! `Patch` and `Patched`: a solution that is another one but for a few functions.

use proc_macro2::TokenStream;
use quote::quote;

use crate::contract::{Contract, Function};

pub(crate) fn expand(contract: &Contract) -> TokenStream {
    let name = &contract.name;
    let base_mut = contract.mutates().then(|| {
        quote! {
            /// The base, to change.
            fn base_mut(&mut self) -> &mut Self::Base;
        }
    });
    let defaults = contract.functions.iter().map(|function| default(contract, function));
    let forwards = contract.functions.iter().map(forward);
    let docs = docs(contract);
    let patched_docs = format!("A [`Patch`] as a solution: it implements [`{name}`].");
    quote! {
        #[doc = #docs]
        pub trait Patch {
            /// The solution that this one is, but for what it overrides.
            type Base: #name;

            /// The base.
            fn base(&self) -> &Self::Base;

            #base_mut

            #(#defaults)*
        }

        #[doc = #patched_docs]
        #[derive(Default)]
        pub struct Patched<P>(
            /// The patch.
            pub P,
        );

        #[automatically_derived]
        impl<P: Patch> #name for Patched<P> {
            #(#forwards)*
        }
    }
}

fn docs(contract: &Contract) -> String {
    let name = &contract.name;
    let base_mut = if contract.mutates() {
        "    fn base_mut(&mut self) -> &mut Self::Base { &mut self.0 }\n"
    } else {
        ""
    };
    format!(
        "A solution that differs from another, its base, in the functions that it overrides: a labelled bug, say.\n\
         The functions are [`{name}`]'s. The base's functions call each other, never an override.\n\
         \n\
         ```text\n\
         #[derive(Default)]\n\
         struct Bug(reference::Solution);\n\
         \n\
         impl contract::Patch for Bug {{\n    \
             type Base = reference::Solution;\n    \
             fn base(&self) -> &Self::Base {{ &self.0 }}\n\
             {base_mut}    \
             // …and the functions that are wrong.\n\
         }}\n\
         \n\
         contract::export!(contract::Patched<Bug>);\n\
         ```"
    )
}

fn default(contract: &Contract, function: &Function) -> TokenStream {
    let name = &contract.name;
    let Function {
        signature,
        doc_attributes,
        mutates,
        ..
    } = function;
    let ident = &signature.ident;
    let arguments = function.parameters.iter().map(|parameter| &parameter.name);
    let base = if *mutates { quote!(base_mut) } else { quote!(base) };
    let undocumented = doc_attributes
        .is_empty()
        .then(|| quote!(#[doc = "As the contract says."]));
    quote! {
        #(#doc_attributes)*
        #undocumented
        #signature {
            <Self::Base as #name>::#ident(Patch::#base(self), #(#arguments),*)
        }
    }
}

fn forward(function: &Function) -> TokenStream {
    let signature = &function.signature;
    let ident = &signature.ident;
    let arguments = function.parameters.iter().map(|parameter| &parameter.name);
    let this = if function.mutates {
        quote!(&mut self.0)
    } else {
        quote!(&self.0)
    };
    quote! {
        #signature {
            <P as Patch>::#ident(#this, #(#arguments),*)
        }
    }
}
