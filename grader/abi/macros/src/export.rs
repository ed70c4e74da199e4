//! How a crate offers its solution: `export!`, and the maker that it names.

use proc_macro2::TokenStream;
use quote::quote;

use crate::contract::Contract;

pub(crate) fn expand(contract: &Contract) -> TokenStream {
    let name = &contract.name;
    let maker = maker(contract);
    let docs = format!(
        "Offers a solution, a type that implements [`{name}`] and [`Default`], to whoever runs it:\n\
         `export!(Solution);`, once, in the crate that defines it."
    );
    quote! {
        #maker

        // `$crate` is this crate for whoever exports, who needs to depend on no other.
        #[doc(hidden)]
        pub use ::grader_abi as __grader_abi;

        // What `export!` names is found at the root only.
        const _: () = {
            use crate::Maker as _;
        };

        #[doc = #docs]
        #[macro_export]
        macro_rules! export {
            ($solution:ty) => {
                // Only the crate that is built to be loaded has the symbol, so that exporting crates can depend on each
                // other. Only the grader sets this `cfg`, so no other build knows its name.
                #[allow(unexpected_cfgs, reason = "set by the grader alone")]
                const _: () = {
                    #[cfg(not(grader_artifact))]
                    const _: ::core::marker::PhantomData<$crate::Maker<$solution>> = ::core::marker::PhantomData;

                    #[cfg(grader_artifact)]
                    #[unsafe(no_mangle)]
                    pub static grader_artifact_entry: $crate::__grader_abi::Entry =
                        $crate::__grader_abi::Entry::of::<$crate::Maker<$solution>>();
                };
            };
        }
    }
}

fn maker(contract: &Contract) -> TokenStream {
    let name = &contract.name;
    quote! {
        /// Makes instances of a solution.
        #[doc(hidden)]
        pub struct Maker<S: #name + ::core::default::Default + 'static>(::core::marker::PhantomData<S>);

        #[automatically_derived]
        impl<S: #name + ::core::default::Default + 'static> ::grader_abi::Make for Maker<S> {
            type Contract = dyn #name;

            fn make() -> ::std::boxed::Box<Self::Contract> {
                ::std::boxed::Box::new(<S as ::core::default::Default>::default())
            }
        }
    }
}
