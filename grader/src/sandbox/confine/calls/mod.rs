//! System calls out of reach, by seccomp.
//!
//! A filter has one answer for the calls that it lists and lets the others pass. Filters are stacked, and of their answers
//! the kernel takes the hardest: to die, to be caught (SIGSYS, by which the number gets known), an error number, to pass.

mod compiler;
mod worker;

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::Calls;

pub(super) use worker::meaning;

/// Names and numbers of calls.
type Named = (&'static str, i64);

/// Pairs each constant's name with its value.
macro_rules! calls {
    ($($name:ident)*) => {
        &[$((stringify!($name), libc::$name)),*]
    };
}
use calls;

/// One layer.
struct Filter {
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    /// What a call gets that a rule is about.
    listed: SeccompAction,
    /// What any other call gets.
    others: SeccompAction,
}

impl Filter {
    /// Nothing is listed; everything passes.
    fn new(listed: SeccompAction) -> Self {
        Self {
            rules: BTreeMap::new(),
            listed,
            others: SeccompAction::Allow,
        }
    }

    /// Lists calls, whatever their arguments.
    fn with(mut self, calls: &[Named]) -> Self {
        self.rules.extend(calls.iter().map(|(_, number)| (*number, Vec::new())));
        self
    }

    /// Lists a call for arguments that meet all of one group of conditions.
    fn when(mut self, call: i64, groups: &[&[Argument]]) -> Self {
        let rules = groups.iter().map(|group| {
            let conditions = group.iter().map(Argument::condition).collect();
            SeccompRule::new(conditions).expect("a group has conditions")
        });
        self.rules.entry(call).or_default().extend(rules);
        self
    }

    fn install(self) -> io::Result<()> {
        let program = self.compile().map_err(io::Error::other)?;
        seccompiler::apply_filter(&program).map_err(io::Error::other)
    }

    fn compile(self) -> Result<BpfProgram, BackendError> {
        let machine = std::env::consts::ARCH.try_into()?;
        SeccompFilter::new(self.rules, self.others, self.listed, machine)?.try_into()
    }
}

/// A condition on one argument of a call.
struct Argument {
    index: u8,
    length: SeccompCmpArgLen,
    comparison: SeccompCmpOp,
    value: u64,
}

impl Argument {
    /// The kernel reads 32 bits of this argument.
    fn is_not(index: u8, value: u32) -> Self {
        Self {
            index,
            length: SeccompCmpArgLen::Dword,
            comparison: SeccompCmpOp::Ne,
            value: value.into(),
        }
    }

    fn is_no_null(index: u8) -> Self {
        Self {
            index,
            length: SeccompCmpArgLen::Qword,
            comparison: SeccompCmpOp::Ne,
            value: 0,
        }
    }

    /// All of these bits are set.
    fn has(index: u8, bits: i32) -> Self {
        Self::masked(index, bits, bits)
    }

    /// None of these bits is set.
    fn lacks(index: u8, bits: i32) -> Self {
        Self::masked(index, bits, 0)
    }

    fn masked(index: u8, mask: i32, value: i32) -> Self {
        Self {
            index,
            length: SeccompCmpArgLen::Dword,
            comparison: SeccompCmpOp::MaskedEq(mask.cast_unsigned().into()),
            value: value.cast_unsigned().into(),
        }
    }

    fn condition(&self) -> SeccompCondition {
        SeccompCondition::new(self.index, self.length.clone(), self.comparison.clone(), self.value)
            .expect("a call has six arguments")
    }
}

fn errno(number: i32) -> SeccompAction {
    SeccompAction::Errno(number.cast_unsigned())
}

/// Leaves this process the calls that it is to have.
pub(super) fn restrict(calls: Calls) -> io::Result<()> {
    let filters = match calls {
        Calls::Worker { threads } => worker::filters(threads),
        Calls::Compiler => compiler::filters(),
    };
    filters.into_iter().try_for_each(Filter::install)
}
