//! A trait as a contract, which the expansions read; gives complaints for what no contract has.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{
    Attribute, Expr, ExprLit, FnArg, Generics, Ident, ItemTrait, Lit, Meta, Pat, PatType, Receiver, ReceiverKind,
    ReturnType, Safety, Signature, TraitItem, TraitItemFn, Type, Visibility, parse_quote,
};

use crate::complaint::Complaints;
use crate::support::{self, Place};

/// Names that `Patch` has besides the contract's.
const OF_PATCH: [&str; 2] = ["base", "base_mut"];

/// A trait that is a contract.
pub(crate) struct Contract {
    /// The trait's name.
    pub(crate) name: Ident,
    /// Its functions, in order.
    pub(crate) functions: Vec<Function>,
}

/// One function of it.
pub(crate) struct Function {
    /// As written, without attributes.
    pub(crate) signature: Signature,
    /// Its documentation's attributes, as written.
    pub(crate) doc_attributes: Vec<Attribute>,
    /// Whether it takes `&mut self`.
    pub(crate) mutates: bool,
    /// What it takes, `self` aside.
    pub(crate) parameters: Vec<Parameter>,
    /// What it returns.
    pub(crate) returns: Type,
}

/// One parameter of it.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

impl Contract {
    /// Reads a trait, or says all that is wrong with it.
    pub(crate) fn read(item: &ItemTrait) -> syn::Result<Self> {
        let mut complaints = Complaints::default();
        check_trait(item, &mut complaints);
        let functions = item
            .items
            .iter()
            .filter_map(|item| read_item(item, &mut complaints))
            .collect();
        complaints.or(Self {
            name: item.ident.clone(),
            functions,
        })
    }

    /// Whether a function takes `&mut self`.
    pub(crate) fn mutates(&self) -> bool {
        self.functions.iter().any(|function| function.mutates)
    }
}

impl Function {
    /// Its documentation as one text.
    pub(crate) fn docs(&self) -> String {
        let lines: Vec<String> = self.doc_attributes.iter().filter_map(doc_text).collect();
        lines.join("\n").trim().to_owned()
    }
}

fn check_trait(item: &ItemTrait, complaints: &mut Complaints) {
    if !matches!(item.vis, Visibility::Public(_)) {
        complaints.add(&item.ident, "a contract is `pub`: submissions implement it");
    }
    let generics = &item.generics;
    if !generics.params.is_empty() {
        complaints.add(
            &generics.params,
            "a contract has no generics: its calls travel as bytes",
        );
    }
    complaints.add_if(generics.where_clause.as_ref(), "a contract has no `where` clause");
    complaints.add_if(item.unsafety, "a contract is not `unsafe`");
    complaints.add_if(item.modifiers.auto_token, "a contract is not `auto`");
    if !item.supertraits.is_empty() {
        complaints.add(
            &item.supertraits,
            "a contract has no supertraits: only its own functions can be called",
        );
    }
    if item.items.is_empty() {
        complaints.add(&item.ident, "a contract needs a function");
    }
}

fn read_item(item: &TraitItem, complaints: &mut Complaints) -> Option<Function> {
    let what = match item {
        TraitItem::Fn(function) => return read_function(function, complaints),
        TraitItem::Const(_) => "constants",
        TraitItem::Type(_) => "types",
        TraitItem::Macro(_) => "macro calls",
        _ => "anything else",
    };
    complaints.add(item, format!("a contract has functions only, no {what}"));
    None
}

fn read_function(item: &TraitItemFn, complaints: &mut Complaints) -> Option<Function> {
    check_function(item, complaints);
    check_generics(&item.sig.generics, complaints);
    let mutates = read_receiver(&item.sig, complaints);
    let parameters = item.sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(typed) => read_parameter(typed, complaints),
        FnArg::Receiver(_) => None,
    });
    Some(Function {
        signature: item.sig.clone(),
        doc_attributes: attributes(item, "doc").cloned().collect(),
        parameters: parameters.collect(),
        returns: read_returns(&item.sig.output, complaints),
        mutates: mutates?,
    })
}

fn read_parameter(typed: &PatType, complaints: &mut Complaints) -> Option<Parameter> {
    support::check(&typed.ty, Place::Argument, complaints);
    Some(Parameter {
        name: read_name(&typed.pat, complaints)?,
        ty: (*typed.ty).clone(),
    })
}

fn read_returns(output: &ReturnType, complaints: &mut Complaints) -> Type {
    match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => {
            support::check(ty, Place::Returned, complaints);
            (**ty).clone()
        }
    }
}

fn check_function(item: &TraitItemFn, complaints: &mut Complaints) {
    let signature = &item.sig;
    complaints.add_if(signature.constness, "a contract's function is not `const`");
    complaints.add_if(
        signature.asyncness,
        "a contract's function is not `async`: a call answers once",
    );
    complaints.add_if(signature.abi.as_ref(), "a contract's function is not `extern`");
    match &signature.safety {
        Safety::Unsafe(token) => complaints.add(token, "a contract's function is not `unsafe`"),
        Safety::Safe(token) => complaints.add(token, "a contract's function is not `safe`"),
        Safety::Default => {}
    }
    complaints.add_if(
        item.default.as_ref(),
        "a contract's function has no body: the solution implements it",
    );
    complaints.add_if(
        attributes(item, "cfg").next(),
        "a contract's functions are always there: calls go by their order",
    );
    if OF_PATCH.iter().any(|name| signature.ident == name) {
        complaints.add(
            &signature.ident,
            "this name is taken: the contract's `Patch` has a function of this name",
        );
    }
}

fn check_generics(generics: &Generics, complaints: &mut Complaints) {
    if !generics.params.is_empty() {
        complaints.add(
            &generics.params,
            "a contract's function has no generics: its types are known to the grader; leave lifetimes out",
        );
    }
    complaints.add_if(
        generics.where_clause.as_ref(),
        "a contract's function has no `where` clause",
    );
}

/// Whether the function takes `&mut self`.
fn read_receiver(signature: &Signature, complaints: &mut Complaints) -> Option<bool> {
    let Some(receiver) = signature.receiver() else {
        complaints.add(
            &signature.ident,
            "a contract's function takes `&self` or `&mut self`: it is called on an instance",
        );
        return None;
    };
    let Receiver {
        kind: ReceiverKind::Reference(_, None, mutability),
        ..
    } = receiver
    else {
        complaints.add(
            receiver,
            "a contract's function takes `&self` or `&mut self`, nothing else",
        );
        return None;
    };
    Some(mutability.is_some())
}

fn read_name(pattern: &Pat, complaints: &mut Complaints) -> Option<Ident> {
    match pattern {
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none() => {
            Some(ident.ident.clone())
        }
        _ => {
            complaints.add(
                pattern.to_token_stream(),
                "an argument needs a plain name: specs and feedback show it",
            );
            None
        }
    }
}

fn attributes<'a>(item: &'a TraitItemFn, name: &'static str) -> impl Iterator<Item = &'a Attribute> {
    item.attrs
        .iter()
        .filter(move |attribute| attribute.path().is_ident(name))
}

/// The text of one `doc` attribute without the space that follows `///`.
fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(ExprLit {
        lit: Lit::Str(text), ..
    }) = &meta.value
    else {
        return None;
    };
    let text = text.value();
    Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
}

/// The name without `r#`, as others write it.
pub(crate) fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}
