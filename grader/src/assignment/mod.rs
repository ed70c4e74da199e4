//! A spec file -> an assignment that can be graded: the plan, how submissions are built, the built reference and its answers.
//! Or `checks.json`, which a handout holds -> its public part.
//!
//! Everything the instructor can get wrong is found here, before any submission is looked at.

mod default_spec;
mod ground;

pub use default_spec::default_spec;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use blake3::Hasher;
use fs_err as fs;
use grader_engine::spec::{Spec, SpecErrors};
use grader_engine::{Opening, Phase, Plan, ReferenceAnswers, fingerprint, unpack_alone};

use ground::Ground;

use crate::build::{CompileError, PrepareError, Recipe};
use crate::cache::Cache;
use crate::discover::{Problem, Source};
use crate::sandbox::Isolation;
use crate::scratch::Scratch;
use crate::session::{ProbeError, Session, Settings, SignatureError, signature};

/// An assignment, ready to grade submissions.
#[derive(Debug)]
pub struct Assignment {
    /// What its checks were made from; nothing when all there is of it is what students have.
    pub origin: Option<Origin>,
    /// Its checks.
    pub plan: Plan,
    /// What the reference answers to them.
    pub answers: ReferenceAnswers,
    /// What everybody is asked first.
    pub openings: Openings,
    /// How submissions are built.
    pub recipe: Recipe,
    /// What was made before.
    pub cache: Cache,
    /// How their workers are started.
    pub settings: Settings,
    /// What it was made from.
    pub receipt: Receipt,
    /// What grades depend on, but for the submission.
    pub keys: Keys,
    /// The template's folder.
    pub template: PathBuf,
    /// Holds what is needed while it is graded; gone with the assignment.
    pub scratch: Scratch,
}

/// What an assignment's checks were made from.
#[derive(Debug)]
pub struct Origin {
    /// Its spec.
    pub spec: Spec,
    /// The folder with the reference's `src`.
    pub reference: PathBuf,
    /// The built reference.
    pub artifact: PathBuf,
    /// Where the contract lies, seen from the template.
    pub contract: String,
}

/// What is asked first in each phase, found when somebody is asked.
#[derive(Debug, Default)]
pub struct Openings([OnceLock<Opening>; 2]);

impl Openings {
    /// What is asked first in a phase, given the plan and the reference's answers, which are always the same.
    pub fn of(&self, phase: Phase, plan: &Plan, answers: &ReferenceAnswers) -> &Opening {
        self.0[phase as usize].get_or_init(|| Opening::new(plan, &plan.phase(phase), answers))
    }
}

/// What an assignment was made from: equal receipts, equal grades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Of the spec's text.
    pub spec: String,
    /// Of the contract's source.
    pub contract: String,
    /// Of the reference's source.
    pub reference: String,
    /// The compiler, in its own words.
    pub toolchain: String,
    /// The seed of the public inputs.
    pub seed: u64,
    /// Of the seed of the hidden inputs.
    pub secret_seed: String,
    /// How far submissions are isolated.
    pub sandbox: String,
}

/// Hashes of all that grades depend on, but for the submission: equal keys and equal sources, equal results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// What verdicts depend on, but for the library that is asked, by phase.
    phases: [String; 2],
    /// What reports depend on.
    pub run: String,
}

impl Keys {
    /// What the verdicts of a phase depend on.
    #[must_use]
    pub fn phase(&self, phase: Phase) -> &str {
        &self.phases[phase as usize]
    }
}

/// Why there is no assignment.
#[derive(Debug, thiserror::Error)]
pub enum AssignmentError {
    /// The default spec cannot be told.
    #[error("{0}")]
    WhichSpec(String),
    /// A file cannot be read or written; the message names it.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The spec's text is not UTF-8.
    #[error("{file}:{line}: the spec is not UTF-8")]
    NotText {
        /// The spec.
        file: String,
        /// The line of the first wrong byte.
        line: usize,
    },
    /// The spec is wrong.
    #[error("{0}")]
    Spec(#[from] SpecErrors),
    /// `checks.json` is not in order.
    #[error("{file}: {why}")]
    Packed {
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// More is wanted than `checks.json` has.
    #[error("checks.json holds the public checks alone, and this takes the spec; name it with --spec FILE")]
    NoOrigin,
    /// A folder that the spec names is not there.
    #[error("{spec}: `{key}` names {folder}, which has no {wanted}")]
    NoCrate {
        /// The spec.
        spec: String,
        /// `contract`, `reference` or `template`.
        key: &'static str,
        /// What it names.
        folder: PathBuf,
        /// What a crate has.
        wanted: &'static str,
    },
    /// Submissions cannot be isolated here.
    #[error(transparent)]
    Isolation(#[from] ProbeError),
    /// The template does not build.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The reference's or the contract's source cannot be read.
    #[error("{0} cannot be used: {1}")]
    Source(&'static str, Problem),
    /// The compiler cannot work.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The reference does not compile.
    #[error("the reference does not compile:\n{0}")]
    Reference(String),
    /// The reference does not load.
    #[error("the reference cannot be used: {0}")]
    Signature(#[from] SignatureError),
}

/// Where an assignment's files go and which program its workers run.
#[derive(Debug, Clone)]
pub struct Places {
    /// The grader's own binary.
    pub grader: PathBuf,
    /// What can be made again: builds, verdicts, scratch folders.
    pub cache: PathBuf,
    /// Whether what is kept of submissions from earlier runs does not count.
    pub fresh: bool,
    /// Whether submissions have to be held back by all that there is.
    pub isolation: Isolation,
}

impl Assignment {
    /// Opens the assignment of a spec file, or the public part that a `checks.json` holds.
    ///
    /// # Errors
    /// When the spec, the template or the reference is not in order.
    pub fn open(file: &Path, places: &Places) -> Result<Self, AssignmentError> {
        let text = read_text(file)?;
        if file.extension().is_some_and(|extension| extension == "json") {
            Self::open_packed(file, &text, places)
        } else {
            Self::open_spec(file, &text, places)
        }
    }

    fn open_spec(file: &Path, text: &str, places: &Places) -> Result<Self, AssignmentError> {
        let shown = file.display().to_string();
        let spec = Spec::read(&shown, text)?;
        let base = file.parent().unwrap_or(Path::new("."));
        let folder = |key, path: &str, wanted| existing(&shown, key, base.join(path), wanted);
        let contract = folder("contract", spec.contract(), "src/lib.rs")?;
        let reference = folder("reference", spec.reference(), "src/lib.rs")?;
        let template = folder("template", spec.template(), "Cargo.toml")?;
        let from_template = seen_from(&template, &contract);
        let conditions = spec.conditions(from_template.clone());
        let ground = Ground::prepare(&conditions, &template, contract, places)?;
        let source = read("the reference", &reference)?;
        let built = ground.scratch.path().join("reference");
        let artifact = build_reference(&source, &built, &ground.recipe, &ground.cache)?;
        let plan = spec.plan(&signature(&artifact, &ground.settings)?)?;
        let answers = ask(&plan, &artifact, &ground.settings);
        let receipt = Receipt {
            spec: hash(text.as_bytes()),
            reference: source.hash(),
            seed: spec.seed(),
            secret_seed: hash(&spec.secret_seed().to_le_bytes()),
            ..ground.receipt()?
        };
        let asked = Receipt {
            spec: hash(spec.text_but_for_grading().as_bytes()),
            ..receipt.clone()
        };
        let keys = keys(&plan, &answers, &ground.settings, &asked)?;
        let origin = Origin {
            spec,
            reference,
            artifact,
            contract: from_template,
        };
        Ok(ground.assignment(Some(origin), plan, answers, receipt, keys, template))
    }

    fn open_packed(file: &Path, text: &str, places: &Places) -> Result<Self, AssignmentError> {
        let shown = file.display().to_string();
        let wrong = |why| AssignmentError::Packed {
            file: shown.clone(),
            why,
        };
        let (mut plan, answers, conditions) = unpack_alone(text).map_err(wrong)?;
        keep_public(&mut plan);
        let base = file.parent().unwrap_or(Path::new("."));
        let contract = existing(&shown, "contract", base.join(&conditions.contract), "src/lib.rs")?;
        let template = existing(&shown, "template", base.to_owned(), "Cargo.toml")?;
        let ground = Ground::prepare(&conditions, &template, contract, places)?;
        let receipt = Receipt {
            spec: hash(text.as_bytes()),
            ..ground.receipt()?
        };
        let keys = keys(&plan, &answers, &ground.settings, &receipt)?;
        Ok(ground.assignment(None, plan, answers, receipt, keys, template))
    }

    /// What the checks were made from.
    ///
    /// # Errors
    /// When there is nothing but the public part.
    pub fn origin(&self) -> Result<&Origin, AssignmentError> {
        self.origin.as_ref().ok_or(AssignmentError::NoOrigin)
    }
}

/// Leaves a plan the points that its checks give, and says so in its name.
fn keep_public(plan: &mut Plan) {
    let all = plan.points();
    for index in 0..plan.exercises.len() {
        let of_exercise = plan.checks.iter().filter(|check| check.exercise == index);
        plan.exercises[index].points = of_exercise.map(|check| check.points).sum();
    }
    plan.assignment = format!("{} (public part, {} of {all} points)", plan.assignment, plan.points());
}

/// The way from one folder to another.
pub(crate) fn seen_from(folder: &Path, other: &Path) -> String {
    let shared = folder.components().zip(other.components());
    let shared = shared.take_while(|(one, two)| one == two).count();
    let up = folder.components().skip(shared).map(|_| "..".to_owned());
    let down = other.components().skip(shared);
    let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

fn read_text(file: &Path) -> Result<String, AssignmentError> {
    let bytes = fs::read(file)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        AssignmentError::NotText {
            file: file.display().to_string(),
            line,
        }
    })
}

fn existing(spec: &str, key: &'static str, folder: PathBuf, wanted: &'static str) -> Result<PathBuf, AssignmentError> {
    if folder.join(wanted).is_file() {
        Ok(fs::canonicalize(folder)?)
    } else {
        Err(AssignmentError::NoCrate {
            spec: spec.to_owned(),
            key,
            folder,
            wanted,
        })
    }
}

fn read(what: &'static str, folder: &Path) -> Result<Source, AssignmentError> {
    Source::read(folder).map_err(|problem| AssignmentError::Source(what, problem))
}

fn build_reference(
    source: &Source,
    scratch: &Path,
    recipe: &Recipe,
    cache: &Cache,
) -> Result<PathBuf, AssignmentError> {
    let built = recipe.build(source, scratch, cache)?;
    built.compiled.artifact().map_err(AssignmentError::Reference)
}

/// What the reference answers to a plan's checks.
pub(crate) fn ask(plan: &Plan, artifact: &Path, settings: &Settings) -> ReferenceAnswers {
    let all: Vec<usize> = (0..plan.checks.len()).collect();
    let mut session = Session::new(artifact, &plan.signature, settings);
    let answers = ReferenceAnswers::ask(plan, &all, &mut session);
    // What the reference used is measured when it is graded like a submission.
    let _ = session.finish();
    answers
}

fn keys(
    plan: &Plan,
    answers: &ReferenceAnswers,
    settings: &Settings,
    receipt: &Receipt,
) -> Result<Keys, std::io::Error> {
    // A version's number says less than the program does.
    let mut grader = Hasher::new();
    grader.update_reader(fs::File::open(&settings.grader)?)?;
    let grader = grader.finalize().to_hex();
    let limits = &settings.limits;
    let phases = Phase::BOTH.map(|phase| {
        let asked = fingerprint(plan, &plan.phase(phase), answers);
        hash(format!("{grader} {asked} {limits:?} {}", receipt.sandbox).as_bytes())
    });
    let run = hash(format!("{grader} {phases:?} {receipt:?}").as_bytes());
    Ok(Keys { phases, run })
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
