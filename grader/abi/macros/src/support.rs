//! Which types a contract can use, as far as their syntax tells; the rest is told by the bounds of `grader_abi`.

use syn::{GenericArgument, PathArguments, Type, TypePath, TypeReference};

use crate::complaint::Complaints;

const SUPPORTED: &str = "supported: bool, integers but u128, f32, f64, char, String, Vec, arrays, tuples of up to 6, \
                         Option, Result, and as arguments & of these, &str and &[T]";

/// Where a type stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is an argument, or a part of one that is not behind a reference.
    Argument,
    /// It is behind a reference of an argument.
    Behind,
    /// It is returned.
    Returned,
}

/// Complains about all of this type that cannot cross the boundary.
pub(crate) fn check(ty: &Type, place: Place, complaints: &mut Complaints) {
    let why = match ty {
        Type::Array(array) => return check(&array.elem, place, complaints),
        Type::Group(group) => return check(&group.elem, place, complaints),
        Type::Paren(paren) => return check(&paren.elem, place, complaints),
        Type::Slice(slice) if place == Place::Behind => return check(&slice.elem, place, complaints),
        Type::Tuple(tuple) => return tuple.elems.iter().for_each(|ty| check(ty, place, complaints)),
        Type::Path(path) => return check_path(path, place, complaints),
        Type::Reference(reference) => return check_reference(reference, place, complaints),
        Type::FnPtr(_) | Type::ImplTrait(_) | Type::TraitObject(_) => {
            "functions, `impl` and `dyn` types cannot cross the boundary"
        }
        Type::Ptr(_) => "pointers cannot cross the boundary",
        Type::Slice(_) => "a slice needs a `&`, or is a `Vec`",
        _ => "this type cannot cross the boundary",
    };
    complaints.add(ty, format!("{why}\n{SUPPORTED}"));
}

fn check_path(path: &TypePath, place: Place, complaints: &mut Complaints) {
    if path.path.segments.first().is_some_and(|first| first.ident == "Self") {
        complaints.add(
            path,
            format!("a contract cannot use the type of its solution\n{SUPPORTED}"),
        );
    }
    for segment in &path.path.segments {
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::Parenthesized(_) => {
                complaints.add(path, format!("functions cannot cross the boundary\n{SUPPORTED}"));
            }
            PathArguments::AngleBracketed(generics) => {
                generics
                    .args
                    .iter()
                    .for_each(|generic| check_generic(generic, place, complaints));
            }
        }
    }
}

fn check_generic(generic: &GenericArgument, place: Place, complaints: &mut Complaints) {
    match generic {
        GenericArgument::Type(ty) => check(ty, place, complaints),
        GenericArgument::Const(_) => {}
        _ => complaints.add(generic, format!("this cannot cross the boundary\n{SUPPORTED}")),
    }
}

fn check_reference(reference: &TypeReference, place: Place, complaints: &mut Complaints) {
    let why = if place == Place::Returned {
        Some("a reference cannot be returned over the boundary: return what it points to, such as `Vec<f64>`")
    } else if reference.mutability.is_some() {
        Some("`&mut` cannot cross the boundary: take `&` and return the changed value")
    } else if place == Place::Behind {
        Some("a reference cannot be behind another: `&[Vec<f64>]` rather than `&[&[f64]]`")
    } else if reference
        .lifetime
        .as_ref()
        .is_some_and(|lifetime| lifetime.ident != "_")
    {
        Some("an argument lives as long as the call: leave its lifetime out")
    } else {
        None
    };
    match why {
        Some(why) => complaints.add(reference, format!("{why}\n{SUPPORTED}")),
        None => check(&reference.elem, Place::Behind, complaints),
    }
}
