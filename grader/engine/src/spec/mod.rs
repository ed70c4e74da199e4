//! A spec: YAML -> document -> plan.
//!
//! Takes the text of a spec file and a contract's signature; gives a [`Plan`] or all that is wrong, each with its place in the
//! file. Must never: let a spec through that asks for something the contract does not have.

// What the file says.
mod check;
mod document;
mod grading;
mod ordered;
mod unit;

// What is wrong with it.
mod form;
mod place;
mod problem;
mod sense;

// What it means.
mod resolve;

pub use crate::pack::UnsafeCode;
pub use document::Audience;
pub use grading::{Due, Grading, LateGrading, PenaltyOf, Percent, Unit};
pub use problem::SpecErrors;

use grader_abi::Signature;

use crate::pack::Conditions;
use crate::plan::Plan;
use document::Document;
use place::Places;
use problem::Problem;

/// The largest spec file, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// The JSON Schema of a spec file, for editors.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Document)
}

/// The functions of the language, each with what it does; a contract's function of the same name comes first.
pub fn functions() -> impl Iterator<Item = &'static str> {
    crate::expression::functions()
}

/// The generators, each as an example.
pub fn generators() -> impl Iterator<Item = &'static str> {
    crate::generate::usages()
}

/// A spec whose YAML is in order. What its expressions mean is known only beside a contract.
#[derive(Debug)]
pub struct Spec {
    file: String,
    text: String,
    document: Document,
}

impl Spec {
    /// Reads a spec. The file's name is for messages only.
    ///
    /// # Errors
    /// When it is not YAML, or not a spec.
    pub fn read(file: &str, text: &str) -> Result<Self, SpecErrors> {
        let errors = |problems, places: &Places| SpecErrors::new(file, text, problems, places);
        if text.len() > MAX_BYTES {
            let message = format!("a spec has at most {MAX_BYTES} bytes, but this has {}", text.len());
            return Err(errors(vec![Problem::at(Vec::new(), message)], &Places::default()));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let places = Places::of(text);
        if !places.repeated.is_empty() {
            return Err(SpecErrors::of_repeated(file, text, &places.repeated));
        }
        let document: Document = serde_yaml::from_str(text).map_err(|error| {
            let form = if places.is_whole {
                form::problems(&places, schema().as_value())
            } else {
                Vec::new()
            };
            SpecErrors::of_yaml(file, text, &error).or_rather(errors(form, &places))
        })?;
        let problems = sense::problems(&document, &places);
        if problems.is_empty() {
            Ok(Self {
                file: file.to_owned(),
                text: text.to_owned(),
                document,
            })
        } else {
            Err(errors(problems, &places))
        }
    }

    /// The plan: every expression checked against the contract, every input drawn.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn plan(&self, signature: &Signature) -> Result<Plan, SpecErrors> {
        resolve::plan(&self.document, signature)
            .map_err(|problems| SpecErrors::new(&self.file, &self.text, problems, &Places::of(&self.text)))
    }

    /// The same spec with other seeds.
    #[must_use]
    pub fn with_seeds(&self, seed: u64, secret_seed: u64) -> Self {
        let document = serde_yaml::from_str(&self.text).expect("it was read before");
        Self {
            file: self.file.clone(),
            text: self.text.clone(),
            document: Document {
                seed,
                secret_seed,
                ..document
            },
        }
    }

    /// Who is told that a submission is a labelled wrong solution.
    #[must_use]
    pub fn diagnosis(&self) -> Audience {
        self.document.diagnosis
    }

    /// What counts of the points that the checks give.
    #[must_use]
    pub fn grading(&self) -> &Grading {
        &self.document.grading
    }

    /// The text without its section on grading: all that reports can depend on before policy counts.
    #[must_use]
    pub fn text_but_for_grading(&self) -> String {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text);
        let mut rest = text.to_owned();
        let section = Places::of(text).section("grading", text.len());
        // What has an anchor can be of use elsewhere.
        if let Some(section) = section.filter(|section| !text[section.clone()].contains('&')) {
            rest.replace_range(section, "");
        }
        rest
    }

    /// The assignment's name.
    #[must_use]
    pub fn assignment(&self) -> &str {
        &self.document.assignment
    }

    /// The contract's folder, from the spec's.
    #[must_use]
    pub fn contract(&self) -> &str {
        &self.document.contract
    }

    /// The reference's folder, from the spec's.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.document.reference
    }

    /// The template's folder, from the spec's.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.document.template
    }

    /// Under which conditions submissions are built and asked, with a contract that lies there, seen from the template.
    #[must_use]
    pub fn conditions(&self, contract: String) -> Conditions {
        let Document {
            limits,
            threads,
            unsafe_code,
            optimize,
            ..
        } = &self.document;
        Conditions {
            contract,
            build: limits.build,
            call: limits.call,
            total: limits.total,
            memory: limits.memory,
            stack: limits.stack,
            output: limits.output,
            threads: *threads,
            unsafe_code: *unsafe_code,
            optimize: *optimize,
        }
    }

    /// The seed of the public inputs.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.document.seed
    }

    /// The seed of the hidden inputs.
    #[must_use]
    pub fn secret_seed(&self) -> u64 {
        self.document.secret_seed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "\
version: 1
assignment: Test
contract: a
reference: b
template: c
points: 1
seed: 1
secret_seed: 2
GRADINGexercises:
  - id: first
    title: First
    points: 1
    checks:
      - name: a
        call: f(1)
";

    #[test]
    fn all_of_the_text_but_for_grading_tells_two_specs_apart() {
        let rest = |text: &str| Spec::read("spec.yaml", text).unwrap().text_but_for_grading();
        let plain = SPEC.replace("GRADING", "");
        for grading in [
            "",
            "grading: { bonus_cap: 5 }\n",
            "grading:\n  due: 2026-12-01T23:59:00Z\n\n  # each of seven days\n  late: { per: day, penalty: 10 % }\n",
        ] {
            assert_eq!(rest(&SPEC.replace("GRADING", grading)), plain, "{grading}");
            let last = format!("\u{feff}{plain}{grading}");
            assert_eq!(rest(&last), plain, "{grading}");
        }
        let anchored = SPEC.replace("GRADING", "grading: { bonus_cap: &cap 5 }\n");
        assert_eq!(rest(&anchored), anchored);
        assert_ne!(rest(&plain.replace("First", "Second")), plain);
    }
}
