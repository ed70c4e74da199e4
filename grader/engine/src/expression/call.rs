//! Calls: the contract's functions, the language's own, and what constructs.

use std::ops::Range;

use grader_abi::{Function, Signature};

use super::builtin::Builtin;
use super::check::Checker;
use super::formula::{Constructor, Step, Typed};
use super::kind::Kind;
use super::scope::Whose;
use super::tree::Argument;
use super::{ExpressionError, did_you_mean};

impl<'a> Checker<'a> {
    pub(super) fn call(
        &mut self,
        reference: bool,
        name: &str,
        name_span: &Range<usize>,
        arguments: &[Argument],
        span: &Range<usize>,
    ) -> Result<(Step, Kind), ExpressionError> {
        if let Some((_, named)) = arguments.iter().find_map(|argument| argument.name.as_ref()) {
            let message = "only generators and records have named arguments";
            return Err(ExpressionError::new(named.clone(), message));
        }
        let nodes = arguments
            .iter()
            .map(|argument| self.node(&argument.node))
            .collect::<Result<Vec<_>, _>>()?;
        let signature: &'a Signature = self.signature;
        if let Some((number, function)) = signature.function(name) {
            return self.function(reference, number, function, nodes, span);
        }
        if reference {
            let names = signature.functions.iter().map(|function| function.name.as_str());
            return Err(
                ExpressionError::new(name_span.clone(), format!("the contract has no function `{name}`"))
                    .maybe_help(did_you_mean(name, names)),
            );
        }
        if let Some(constructor) = Constructor::named(name) {
            return construct(constructor, nodes, span);
        }
        if let Some(builtin) = Builtin::named(name) {
            let kinds: Vec<Kind> = nodes.iter().map(|node| node.kind.clone()).collect();
            let kind = builtin
                .check(&kinds)
                .map_err(|why| ExpressionError::new(span.clone(), format!("`{name}` {why}")))?;
            return Ok((Step::Builtin(builtin, nodes), kind));
        }
        if name.starts_with(char::is_uppercase) {
            let known = ["Some", "None", "Ok", "Err"];
            let help = did_you_mean(name, known).unwrap_or(format!("known: {}", known.join(", ")));
            return Err(ExpressionError::new(name_span.clone(), format!("nothing is made by `{name}`")).help(help));
        }
        let known = signature.functions.iter().map(|function| function.name.as_str());
        Err(
            ExpressionError::new(name_span.clone(), format!("unknown function `{name}`"))
                .maybe_help(did_you_mean(name, known.chain(Builtin::names()))),
        )
    }

    fn function(
        &mut self,
        reference: bool,
        number: u32,
        function: &Function,
        arguments: Vec<Typed>,
        span: &Range<usize>,
    ) -> Result<(Step, Kind), ExpressionError> {
        if arguments.len() != function.parameters.len() {
            let (got, want) = (arguments.len(), function.parameters.len());
            let plural = if want == 1 { "argument" } else { "arguments" };
            let message = format!("`{}` takes {want} {plural}, but it gets {got}", function.name);
            return Err(ExpressionError::new(span.clone(), message).help(format!("it is {function}")));
        }
        let pairs = arguments.into_iter().zip(&function.parameters);
        let arguments: Vec<Typed> = pairs
            .map(|(argument, parameter)| argument.read_as(&Kind::of(&parameter.ty)))
            .collect();
        for (argument, parameter) in arguments.iter().zip(&function.parameters) {
            if !passes(&argument.kind, &Kind::of(&parameter.ty)) {
                let message = format!(
                    "`{}` is {}, but this is {}",
                    parameter.name, parameter.ty, argument.kind
                );
                return Err(ExpressionError::new(argument.span.clone(), message).help(format!("it is {function}")));
            }
            if reference && argument.of_student {
                return Err(ExpressionError::new(
                    argument.span.clone(),
                    "the reference takes no student's answer",
                ));
            }
        }
        let site = self.sites;
        self.sites += 1;
        let whose = if reference { Whose::Reference } else { Whose::Student };
        Ok((
            Step::Call {
                whose,
                function: number,
                site,
                compares: arguments.iter().any(Typed::has_comparison),
                arguments,
            },
            Kind::of(&function.returns),
        ))
    }
}

/// Whether a value of this kind can be an argument of that kind: integers widen, reals do not narrow.
fn passes(kind: &Kind, want: &Kind) -> bool {
    kind.unify(want).as_ref() == Some(want)
}

fn construct(
    constructor: Constructor,
    arguments: Vec<Typed>,
    span: &Range<usize>,
) -> Result<(Step, Kind), ExpressionError> {
    let Ok([inner]) = <[Typed; 1]>::try_from(arguments) else {
        return Err(ExpressionError::new(
            span.clone(),
            "this holds one value, as in `Some(2)`",
        ));
    };
    let (held, unknown) = (Box::new(inner.kind.clone()), Box::new(Kind::Unknown));
    let kind = match constructor {
        Constructor::None | Constructor::Some => Kind::Option(held),
        Constructor::Ok => Kind::Result(held, unknown),
        Constructor::Err => Kind::Result(unknown, held),
    };
    Ok((Step::Construct(constructor, Some(Box::new(inner))), kind))
}

impl Constructor {
    fn named(name: &str) -> Option<Self> {
        match name {
            "Some" => Some(Self::Some),
            "Ok" => Some(Self::Ok),
            "Err" => Some(Self::Err),
            _ => None,
        }
    }
}
