//! Under which conditions -> on what submissions are built and asked: a scratch folder, workers, a recipe, the cache.

use std::path::{Path, PathBuf};

use fs_err as fs;
use grader_engine::{Conditions, Plan, ReferenceAnswers};

use super::{Assignment, AssignmentError, Keys, Openings, Origin, Places, Receipt, read};
use crate::build::{Options, Recipe};
use crate::cache::Cache;
use crate::sandbox::Isolation;
use crate::scratch::{Purpose, Scratch};
use crate::session::{Limits, Settings, probe};

/// On what submissions to an assignment are built and asked.
pub(super) struct Ground {
    pub(super) scratch: Scratch,
    pub(super) settings: Settings,
    pub(super) recipe: Recipe,
    pub(super) cache: Cache,
    contract: PathBuf,
    level: String,
}

impl Ground {
    pub(super) fn prepare(
        conditions: &Conditions,
        template: &Path,
        contract: PathBuf,
        places: &Places,
    ) -> Result<Self, AssignmentError> {
        fs::create_dir_all(&places.cache)?;
        let scratch = Scratch::new(Purpose::Run, &places.cache)?;
        let mut settings = Settings {
            grader: places.grader.clone(),
            scratch: scratch.path().to_owned(),
            limits: Limits {
                call: conditions.call,
                total: conditions.total,
                memory: conditions.memory,
                stack: conditions.stack,
                output: usize::try_from(conditions.output).unwrap_or(usize::MAX),
                threads: conditions.threads,
            },
            isolation: places.isolation,
            shared: Vec::new(),
        };
        let level = probe(&settings)?;
        let options = Options {
            grader: places.grader.clone(),
            opt_level: conditions.optimize,
            unsafe_code: conditions.unsafe_code,
            limit: conditions.build,
            contract: contract.clone(),
            isolation: places.isolation,
        };
        let recipe = Recipe::prepare(template, &places.cache, &options)?;
        settings.shared = recipe.shared().to_vec();
        Ok(Self {
            scratch,
            settings,
            recipe,
            cache: Cache::new(&places.cache, places.fresh),
            contract,
            level: match places.isolation {
                Isolation::Required => level.to_string(),
                Isolation::BestEffort => format!("{level} (--unsafe-no-sandbox)"),
            },
        })
    }

    /// The part of a receipt that is known without a spec.
    pub(super) fn receipt(&self) -> Result<Receipt, AssignmentError> {
        Ok(Receipt {
            spec: String::new(),
            contract: read("the contract", &self.contract)?.hash(),
            reference: String::new(),
            toolchain: self.recipe.toolchain().to_owned(),
            seed: 0,
            secret_seed: String::new(),
            sandbox: self.level.clone(),
        })
    }

    pub(super) fn assignment(
        self,
        origin: Option<Origin>,
        plan: Plan,
        answers: ReferenceAnswers,
        receipt: Receipt,
        keys: Keys,
        template: PathBuf,
    ) -> Assignment {
        Assignment {
            origin,
            plan,
            answers,
            openings: Openings::default(),
            recipe: self.recipe,
            cache: self.cache,
            settings: self.settings,
            receipt,
            keys,
            template,
            scratch: self.scratch,
        }
    }
}
