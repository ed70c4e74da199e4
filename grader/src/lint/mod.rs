//! Is the spec fit to be graded with? What gives points away, what cannot fail, what tells too much, what is not stable.
//!
//! Takes an assignment whose reference passes; gives findings, each with what to do. Nothing of it needs wrong solutions:
//! what those find is the audit's.

mod degenerate;
mod hidden;
mod tolerance;

use std::fmt;
use std::ops::ControlFlow;

use grader_engine::{Phase, Rule, Visibility};

use crate::assignment::{Assignment, Openings, Origin, ask};
use crate::discover::Submission;
use crate::grade::{Bench, GradeResult, Listener, Questions, grade};

/// Something to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check that is meant, by its full id.
    pub check: Option<String>,
    /// What is wrong with it and what to do, in a sentence.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.check {
            Some(check) => write!(f, "{check}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// All that is to be mended, in the order of the checks. Tries so many other seeds.
///
/// # Errors
/// When the spec does not fit another seed.
pub fn lint(
    assignment: &Assignment,
    origin: &Origin,
    seeds: u64,
) -> Result<Vec<Finding>, grader_engine::spec::SpecErrors> {
    let mut findings = template(assignment);
    findings.extend(degenerate::findings(assignment));
    findings.extend(properties_alone(assignment));
    findings.extend(hidden::findings(assignment));
    findings.extend(tolerance::findings(assignment));
    findings.extend(unstable(assignment, origin, seeds)?);
    Ok(findings)
}

fn of_check(assignment: &Assignment, check: usize, message: impl Into<String>) -> Finding {
    Finding {
        check: Some(assignment.plan.full_id(check)),
        message: message.into(),
    }
}

/// The template compiles, and earns nothing.
fn template(assignment: &Assignment) -> Vec<Finding> {
    let submission = Submission::new("template", assignment.template.clone());
    let mut finding = None;
    let known = |_: &str, _: &str| false;
    grade(
        Bench::of(assignment),
        &[submission],
        1,
        &known,
        &|graded| graded.result,
        &mut |_, result| {
            finding = result.and_then(of_template);
            ControlFlow::Continue(())
        },
    );
    finding
        .into_iter()
        .map(|message| Finding { check: None, message })
        .collect()
}

fn of_template(result: GradeResult) -> Option<String> {
    match result {
        GradeResult::Graded(scored) if scored.total.earned.as_f64() > 0.0 => Some(format!(
            "the template earns {}, but there is nothing in it yet; a check passes without an answer",
            scored.total
        )),
        GradeResult::Graded(_) => None,
        GradeResult::BuildFailed { why, .. } => Some(format!("the template does not compile: {why}")),
        GradeResult::Unusable(why) | GradeResult::NotGraded(why) => {
            Some(format!("the template could not be graded: {why}"))
        }
    }
}

/// A property says how answers go together; that they are right, only a value says.
fn properties_alone(assignment: &Assignment) -> Vec<Finding> {
    let checks = &assignment.plan.checks;
    let has_value = |function: u32| {
        let of_values = checks.iter().filter(|check| check.rule.compares_values());
        of_values
            .into_iter()
            .any(|check| check.rule.student_functions().contains(&function))
    };
    let functions = &assignment.plan.signature.functions;
    let mut seen = Vec::new();
    let mut findings = Vec::new();
    for (index, check) in checks.iter().enumerate() {
        for function in check.rule.student_functions() {
            if !has_value(function) && !seen.contains(&function) && !matches!(check.rule, Rule::Fails { .. }) {
                seen.push(function);
                let name = &functions[function as usize].name;
                let message = format!(
                    "no check looks at a value of `{name}`, so that a wrong one which keeps this property passes; add \
                     `call: {name}(…)`"
                );
                findings.push(of_check(assignment, index, message));
            }
        }
    }
    findings
}

/// The reference passes on every other seed too.
fn unstable(
    assignment: &Assignment,
    origin: &Origin,
    seeds: u64,
) -> Result<Vec<Finding>, grader_engine::spec::SpecErrors> {
    let mut findings: Vec<Finding> = Vec::new();
    for seed in 1..=seeds {
        let plan = origin
            .spec
            .with_seeds(seed, u64::MAX - seed)
            .plan(&assignment.plan.signature)?;
        let answers = ask(&plan, &origin.artifact, &assignment.settings);
        let questions = Questions {
            plan: &plan,
            answers: &answers,
            settings: &assignment.settings,
            openings: &Openings::default(),
        };
        for phase in Phase::BOTH {
            let judged = questions.put(phase, &origin.artifact, Listener::default()).judged;
            let failing = plan.phase(phase).into_iter().zip(judged);
            for (check, judged) in failing.filter(|(_, judged)| !judged.verdict.is_pass()) {
                let message = format!(
                    "with seed {seed} the reference itself does not pass ({}); widen the tolerance, or narrow the inputs",
                    judged.verdict.word()
                );
                let finding = of_check(assignment, check, message);
                if findings.iter().all(|found| found.check != finding.check) {
                    findings.push(finding);
                }
            }
        }
    }
    Ok(findings)
}

fn is_hidden(assignment: &Assignment, check: usize) -> bool {
    assignment.plan.checks[check].visibility == Visibility::Hidden
}
