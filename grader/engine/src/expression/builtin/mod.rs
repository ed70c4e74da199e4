//! The functions of the language itself. A contract's function of the same name comes first.

mod apply;
mod matrix;

use super::kind::Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expression) enum Builtin {
    Abs,
    All,
    Any,
    Argmax,
    Concat,
    Contains,
    Cos,
    Dot,
    Error,
    Exp,
    Flatten,
    Floor,
    IsErr,
    IsFinite,
    IsNan,
    IsNone,
    IsOk,
    IsSome,
    Len,
    Ln,
    Matmul,
    Max,
    Mean,
    Min,
    Norm,
    Permute,
    Product,
    Range,
    Repeat,
    Reverse,
    Sin,
    Sort,
    Sqrt,
    Sum,
    Tanh,
    Transpose,
    Value,
}

/// Name, what it takes, what it gives: the language's manual and the checker read the same table.
const TABLE: [(&str, Builtin, &str); 37] = [
    ("abs", Builtin::Abs, "abs(x): each entry without its sign"),
    ("all", Builtin::All, "all(b): whether all entries are true"),
    ("any", Builtin::Any, "any(b): whether an entry is true"),
    (
        "argmax",
        Builtin::Argmax,
        "argmax(x): the place of the largest entry, of several the first",
    ),
    (
        "concat",
        Builtin::Concat,
        "concat(a, b): the entries of one list, or a text, then those of the other",
    ),
    (
        "contains",
        Builtin::Contains,
        "contains(x, part): whether an entry of a list equals this, or a text has this part",
    ),
    ("cos", Builtin::Cos, "cos(x): the cosine of each entry, in radians"),
    ("dot", Builtin::Dot, "dot(a, b): the sum of the products of the entries"),
    ("error", Builtin::Error, "error(r): what an `Err` holds"),
    ("exp", Builtin::Exp, "exp(x): e to the power of each entry"),
    (
        "flatten",
        Builtin::Flatten,
        "flatten(m): the entries of all rows as one list",
    ),
    ("floor", Builtin::Floor, "floor(x): each entry rounded down, as a real"),
    ("is_err", Builtin::IsErr, "is_err(r): whether a result is an `Err`"),
    (
        "is_finite",
        Builtin::IsFinite,
        "is_finite(x): whether each entry is neither infinite nor NaN",
    ),
    ("is_nan", Builtin::IsNan, "is_nan(x): whether each entry is NaN"),
    ("is_none", Builtin::IsNone, "is_none(o): whether an option is `None`"),
    ("is_ok", Builtin::IsOk, "is_ok(r): whether a result is an `Ok`"),
    ("is_some", Builtin::IsSome, "is_some(o): whether an option is a `Some`"),
    (
        "len",
        Builtin::Len,
        "len(x): the number of entries, or of a text's characters",
    ),
    ("ln", Builtin::Ln, "ln(x): the natural logarithm of each entry"),
    (
        "matmul",
        Builtin::Matmul,
        "matmul(a, b): the matrix product, also of a matrix and a vector",
    ),
    ("max", Builtin::Max, "max(x): the largest entry"),
    ("mean", Builtin::Mean, "mean(x): the sum of the entries by their number"),
    ("min", Builtin::Min, "min(x): the smallest entry"),
    (
        "norm",
        Builtin::Norm,
        "norm(x): the square root of the sum of the squares of the entries, those of rows too",
    ),
    (
        "permute",
        Builtin::Permute,
        "permute(x, order): the entries x[order[0]], x[order[1]], …",
    ),
    ("product", Builtin::Product, "product(x): the product of the entries"),
    ("range", Builtin::Range, "range(n): 0, 1, …, n - 1"),
    ("repeat", Builtin::Repeat, "repeat(x, n): x, n times"),
    (
        "reverse",
        Builtin::Reverse,
        "reverse(x): the entries from the last to the first",
    ),
    ("sin", Builtin::Sin, "sin(x): the sine of each entry, in radians"),
    ("sort", Builtin::Sort, "sort(x): the entries in ascending order"),
    ("sqrt", Builtin::Sqrt, "sqrt(x): the square root of each entry"),
    ("sum", Builtin::Sum, "sum(x): the sum of the entries"),
    ("tanh", Builtin::Tanh, "tanh(x): the hyperbolic tangent of each entry"),
    (
        "transpose",
        Builtin::Transpose,
        "transpose(m): the matrix whose rows are the columns of m",
    ),
    ("value", Builtin::Value, "value(x): what a `Some` or an `Ok` holds"),
];

impl Builtin {
    pub(in crate::expression) fn named(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|(known, ..)| *known == name)
            .map(|(_, builtin, _)| *builtin)
    }

    pub(in crate::expression) fn names<'a>() -> impl Iterator<Item = &'a str> {
        TABLE.iter().map(|(name, ..)| *name)
    }

    #[cfg(feature = "spec")]
    pub(in crate::expression) fn usages() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|(.., usage)| *usage)
    }

    fn usage(self) -> &'static str {
        TABLE
            .iter()
            .find(|(_, builtin, _)| *builtin == self)
            .map_or("", |(_, _, usage)| usage)
    }

    /// The kind of the result, or what is wrong with the arguments.
    pub(in crate::expression) fn check(self, arguments: &[Kind]) -> Result<Kind, String> {
        self.result(arguments).ok_or_else(|| {
            let got: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            format!("cannot be used so: {}, but it gets ({})", self.usage(), got.join(", "))
        })
    }

    fn result(self, arguments: &[Kind]) -> Option<Kind> {
        let numbers = |list: &Kind| list.item().is_some_and(Kind::is_number).then(|| list.scalar().clone());
        let is_matrix = |kind: &Kind| kind.rank() == 2 && kind.is_numeric();
        match (self, arguments) {
            (Self::Abs, [x]) if x.is_numeric() => Some(x.clone()),
            (Self::Exp | Self::Ln | Self::Sqrt | Self::Sin | Self::Cos | Self::Tanh | Self::Floor, [x])
                if x.is_numeric() =>
            {
                Some(x.with_scalar(Kind::Real))
            }
            (Self::IsFinite | Self::IsNan, [x]) if x.is_numeric() => Some(x.with_scalar(Kind::Bool)),
            (Self::All | Self::Any, [b]) if matches!(b.scalar(), Kind::Bool | Kind::Unknown) => Some(Kind::Bool),
            (Self::Concat, [Kind::Text, Kind::Text]) => Some(Kind::Text),
            (Self::Concat, [a, b]) if a.item().is_some() => a.unify(b),
            (Self::Contains, [Kind::Text, Kind::Text]) => Some(Kind::Bool),
            (Self::Contains, [x, part]) => x.item()?.unify(part).map(|_| Kind::Bool),
            (Self::Dot, [a, b]) => numbers(a)?.unify(&numbers(b)?),
            (Self::Flatten, [m]) if m.rank() >= 2 => Some(m.scalar().clone().list()),
            (Self::Len, [Kind::List(_) | Kind::Text]) => Some(Kind::Integer),
            (Self::Argmax, [x]) => numbers(x).map(|_| Kind::Integer),
            (Self::Max | Self::Min | Self::Sum | Self::Product, [x]) => numbers(x),
            (Self::Mean, [x]) => numbers(x).map(|_| Kind::Real),
            (Self::Norm, [x]) if x.rank() >= 1 && x.is_numeric() => Some(Kind::Real),
            (Self::Matmul, [a, b]) if is_matrix(a) && b.is_numeric() && [1, 2].contains(&b.rank()) => {
                Some(b.with_scalar(Kind::Real))
            }
            (Self::Transpose, [m]) if is_matrix(m) => Some(m.clone()),
            (Self::Permute, [x, order]) if x.item().is_some() && *order == Kind::Integer.list() => Some(x.clone()),
            (Self::Range, [Kind::Integer]) => Some(Kind::Integer.list()),
            (Self::Repeat, [x, Kind::Integer]) => Some(x.clone().list()),
            (Self::Reverse, [x]) if x.item().is_some() => Some(x.clone()),
            (Self::Sort, [x]) => numbers(x).map(Kind::list),
            (Self::IsSome | Self::IsNone, [Kind::Option(_)]) | (Self::IsOk | Self::IsErr, [Kind::Result(..)]) => {
                Some(Kind::Bool)
            }
            (Self::Value, [Kind::Option(held) | Kind::Result(held, _)]) | (Self::Error, [Kind::Result(_, held)]) => {
                Some((**held).clone())
            }
            _ => None,
        }
    }
}
