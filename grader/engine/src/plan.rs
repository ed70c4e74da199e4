//! A plan: a spec resolved against a contract. Every formula is type-checked, every case has its inputs, every check its
//! points; what is left is to ask and to judge.
//!
//! Made by `spec` from YAML, or by `pack` from what a handout contains.

use grader_abi::{Signature, Value};
use serde::{Deserialize, Serialize};

use crate::compare::{Tolerance, UpTo};
use crate::expression::{Formula, Kind, Names};
use crate::score::Points;

/// An assignment, ready to be graded.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The assignment's name.
    pub assignment: String,
    /// The contract.
    pub signature: Signature,
    /// In the order of the spec.
    pub exercises: Vec<Exercise>,
    /// The checks of all exercises, in the order of the spec. A check is named by its place in this list.
    pub checks: Vec<Check>,
}

/// One exercise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its id.
    pub id: String,
    /// What students call it.
    pub title: String,
    /// How hard it is.
    pub stars: u8,
    /// What its checks share.
    pub points: Points,
    /// Whether its points add to what is earned and not to what is possible.
    pub bonus: bool,
    /// Whether a failed check that is worth points loses all of them.
    pub all_or_nothing: bool,
    /// What to remember of it.
    pub takeaway: Option<String>,
}

/// One check.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its id, unique in its exercise.
    pub id: String,
    /// The place of its exercise in the plan.
    pub exercise: usize,
    /// What students call it.
    pub name: String,
    /// What it asks and what it wants.
    pub rule: Rule,
    /// The names that its cases bind.
    pub names: Names,
    /// The inputs of each case, small and round ones first.
    pub cases: Vec<Vec<Value>>,
    /// How far apart equal numbers may be.
    pub tolerance: Tolerance,
    /// Whether the first case is asked twice and must be answered alike.
    pub deterministic: bool,
    /// What students see of it.
    pub visibility: Visibility,
    /// What it is worth.
    pub points: Points,
    /// What helps a student whose answer is wrong.
    pub hint: Option<String>,
    /// The checks that must pass before this one counts.
    pub requires: Vec<usize>,
    /// For a check that proves little alone (`finite`, `panics`): the value checks of which one must pass.
    pub beside: Vec<usize>,
}

/// What a check asks and what it wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// The value of an expression.
    Call {
        /// The expression.
        formula: Formula,
        /// What it should be.
        want: Want,
        /// What it may differ in.
        up_to: UpTo,
    },
    /// An expression that must be true.
    Holds(Formula),
    /// The derivative of one expression is the value of another.
    Gradient(Gradient),
    /// An expression whose entries are all finite, and whose shape is the reference's.
    Finite(Formula),
    /// An expression that must panic.
    Panics(Formula),
    /// An expression that must be an `Err`.
    Fails {
        /// The expression.
        formula: Formula,
        /// What the `Err` should hold, if that matters.
        error: Option<Want>,
    },
    /// A step of a script of which nothing is wanted but that it returns.
    Do(Formula),
    /// Steps on one instance, in their order.
    Script(Vec<Rule>),
    /// Many draws of random numbers have the wanted mean and variance.
    Statistical(Statistics),
}

/// Many draws of random numbers have the wanted mean and variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// One draw.
    pub of: Formula,
    /// The place of the name that is another seed in each draw: the case's, and those that follow.
    pub seed: usize,
    /// What their mean should be. It asks nobody.
    pub mean: Option<Formula>,
    /// What their variance should be, likewise.
    pub variance: Option<Formula>,
    /// How many there are.
    pub draws: u32,
    /// How many standard errors they may be off.
    pub sigmas: f64,
}

/// The derivative of one expression is the value of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// What is differentiated, by central differences.
    pub of: Formula,
    /// The place of the name with respect to which.
    pub wrt: usize,
    /// By what the entries of what is differentiated are weighted, where they are several: the gradient that comes from
    /// further up. It asks nobody.
    pub upstream: Option<Formula>,
    /// What the derivative should be, which is the student's.
    pub equals: Formula,
    /// The step relative to `max(1, |x|)`.
    pub step: f64,
}

/// What the value of a call should be.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// What the reference answers to the same expression.
    Reference,
    /// This value.
    Value(Value),
    /// The value of this expression, which asks no student.
    Formula(Formula),
    /// One of these, which are values and formulas.
    AnyOf(Vec<Want>),
}

/// What students see of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "spec", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everything.
    #[default]
    Public,
    /// Its name and its verdict.
    Named,
    /// Its share of the points of its exercise's hidden checks.
    Hidden,
}

/// The two workers of a submission: what a hidden check passes in must not come back in the answer to a public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The checks whose verdicts students see.
    Open,
    /// The hidden ones, in a process that starts when the first has ended.
    Hidden,
}

impl Phase {
    /// Both, in their order.
    pub const BOTH: [Self; 2] = [Self::Open, Self::Hidden];
}

impl Plan {
    /// What can be earned, bonus aside.
    #[must_use]
    pub fn points(&self) -> Points {
        self.exercises
            .iter()
            .filter(|exercise| !exercise.bonus)
            .map(|exercise| exercise.points)
            .sum()
    }

    /// The checks of a phase.
    #[must_use]
    pub fn phase(&self, phase: Phase) -> Vec<usize> {
        let hidden = phase == Phase::Hidden;
        self.select(|check| (check.visibility == Visibility::Hidden) == hidden)
    }

    /// The checks of an exercise.
    #[must_use]
    pub fn checks_of(&self, exercise: usize) -> Vec<usize> {
        self.select(|check| check.exercise == exercise)
    }

    fn select(&self, test: impl Fn(&Check) -> bool) -> Vec<usize> {
        self.checks
            .iter()
            .enumerate()
            .filter(|(_, check)| test(check))
            .map(|(index, _)| index)
            .collect()
    }

    /// Whether the calls of a check's case are made one after the other, on one instance which they may change.
    pub(crate) fn in_order(&self, check: &Check) -> bool {
        matches!(check.rule, Rule::Script(_)) || self.signature.functions.iter().any(|function| function.mutates)
    }

    /// `exercise/check`, unique in the plan.
    #[must_use]
    pub fn full_id(&self, check: usize) -> String {
        let check = &self.checks[check];
        format!("{}/{}", self.exercises[check.exercise].id, check.id)
    }
}

impl Rule {
    /// What the check is about, as the spec has it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Script(steps) => steps.iter().map(Self::text).collect::<Vec<_>>().join("; "),
            simple => simple
                .subjects()
                .first()
                .map_or(String::new(), |formula| formula.text.clone()),
        }
    }

    /// The numbers of the contract's functions that the check is about.
    #[must_use]
    pub fn student_functions(&self) -> Vec<u32> {
        let mut functions: Vec<u32> = Vec::new();
        for function in self.subjects().into_iter().flat_map(Formula::student_functions) {
            if !functions.contains(&function) {
                functions.push(function);
            }
        }
        functions
    }

    /// The expressions that the check is about; one, but for a script.
    fn subjects(&self) -> Vec<&Formula> {
        match self {
            Self::Call { formula, .. }
            | Self::Holds(formula)
            | Self::Finite(formula)
            | Self::Panics(formula)
            | Self::Fails { formula, .. }
            | Self::Do(formula) => vec![formula],
            Self::Gradient(gradient) => vec![&gradient.equals],
            Self::Statistical(statistics) => vec![&statistics.of],
            Self::Script(steps) => steps.iter().flat_map(Self::subjects).collect(),
        }
    }

    /// How many calls a step of a script makes at most, the reference's among them.
    pub(crate) fn sites(&self) -> usize {
        match self {
            Self::Call { formula, want, .. } => formula.sites + want.sites(),
            Self::Fails { formula, error } => formula.sites + error.as_ref().map_or(0, Want::sites),
            Self::Holds(formula) | Self::Finite(formula) | Self::Panics(formula) | Self::Do(formula) => formula.sites,
            Self::Script(steps) => steps.iter().map(Self::sites).sum(),
            // No steps of a script.
            Self::Gradient(gradient) => gradient.equals.sites,
            Self::Statistical(statistics) => statistics.of.sites,
        }
    }

    /// Whether it compares values, so that a wrong answer cannot pass for want of being looked at.
    #[must_use]
    pub fn compares_values(&self) -> bool {
        match self {
            Self::Call { formula, .. } => formula.kind != Kind::Tuple(Vec::new()),
            Self::Script(steps) => steps.iter().any(Self::compares_values),
            Self::Statistical(_) => true,
            Self::Holds(_)
            | Self::Gradient(_)
            | Self::Finite(_)
            | Self::Panics(_)
            | Self::Fails { .. }
            | Self::Do(_) => false,
        }
    }

    /// Whether it proves little alone: anything finite is finite, and `todo!()` is not the only thing that panics.
    #[must_use]
    pub fn needs_company(&self) -> bool {
        match self {
            Self::Finite(_) | Self::Panics(_) | Self::Fails { .. } | Self::Do(_) => true,
            Self::Script(steps) => !steps.iter().any(Self::compares_values) && steps.iter().all(Self::needs_company),
            Self::Call { .. } | Self::Holds(_) | Self::Gradient(_) | Self::Statistical(_) => false,
        }
    }
}

impl Want {
    /// How many calls it makes of its own.
    pub(crate) fn sites(&self) -> usize {
        match self {
            Self::Reference | Self::Value(_) => 0,
            Self::Formula(formula) => formula.sites,
            Self::AnyOf(wants) => wants.iter().map(Self::sites).sum(),
        }
    }
}
