//! What a generator makes, once its text is read.

use crate::expression::{Formula, Kind};

#[derive(Debug)]
pub(super) enum Shape {
    Boolean,
    Real(Reals),
    Integer(Bounds),
    Vector {
        length: Size,
        reals: Reals,
    },
    Matrix {
        /// How many rows, and how many columns.
        sizes: Box<[Size; 2]>,
        reals: Reals,
    },
    Distribution {
        length: Size,
        positive: bool,
    },
    Probabilities(Size),
    Logits {
        length: Size,
        scale: Option<Formula>,
    },
    Index(Formula),
    /// A seed for the student's own random numbers.
    Seed,
    Mask(Size),
    Permutation(Size),
    Choice {
        from: Formula,
        kind: Kind,
    },
    Character(Alphabet),
    Text {
        length: Size,
        alphabet: Alphabet,
    },
    List {
        length: Size,
        item: Box<Shape>,
    },
    Option(Box<Shape>),
    Result(Box<Shape>, Box<Shape>),
    Tuple(Vec<Shape>),
}

/// How long a list is.
#[derive(Debug)]
pub(super) enum Size {
    Exactly(Formula),
    Within(Bounds),
}

/// The ends of a range.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) from: Formula,
    pub(super) to: Formula,
    pub(super) inclusive: bool,
}

/// Which reals.
#[derive(Debug)]
pub(super) struct Reals {
    /// From -10 to 10 where nothing is said.
    pub(super) bounds: Option<Box<Bounds>>,
    pub(super) special: Special,
    /// Whether they are rounded to `f32`.
    pub(super) single: bool,
}

/// Which special numbers are mixed in.
#[derive(Debug)]
pub(super) enum Special {
    None,
    All,
    /// The entries of a list.
    Of(Formula),
}

/// The characters to choose from; without a formula, our own.
#[derive(Debug)]
pub(super) struct Alphabet(pub(super) Option<Formula>);

impl Shape {
    /// The kind of its values.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Boolean => Kind::Bool,
            Self::Real(_) => Kind::Real,
            Self::Integer(_) | Self::Index(_) | Self::Seed => Kind::Integer,
            Self::Vector { .. }
            | Self::Distribution { .. }
            | Self::Probabilities(_)
            | Self::Logits { .. }
            | Self::Mask(_) => Kind::Real.list(),
            Self::Matrix { .. } => Kind::Real.list().list(),
            Self::Permutation(_) => Kind::Integer.list(),
            Self::Choice { kind, .. } => kind.clone(),
            Self::Character(_) => Kind::Char,
            Self::Text { .. } => Kind::Text,
            Self::List { item, .. } => item.kind().list(),
            Self::Option(some) => Kind::Option(Box::new(some.kind())),
            Self::Result(ok, err) => Kind::Result(Box::new(ok.kind()), Box::new(err.kind())),
            Self::Tuple(members) => Kind::Tuple(members.iter().map(Self::kind).collect()),
        }
    }
}
