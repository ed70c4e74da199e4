//! A script: steps on one instance, in their order. The first that fails is what the script came to.

use super::case::Case;
use super::finding::{Finding, Halt};
use crate::plan::Rule;
use crate::verdict::Verdict;

impl<'a> Case<'a> {
    pub(super) fn script(&self, steps: &'a [Rule], mut site: usize) -> Result<Finding<'a>, Halt> {
        let mut missing = Vec::new();
        let mut last = Finding::of(Verdict::Pass);
        for (index, step) in steps.iter().enumerate() {
            let finding = match self.rule(step, site) {
                Ok(finding) => finding,
                Err(Halt::Verdict(verdict)) => Finding::of(*verdict),
                Err(Halt::Missing(more)) => {
                    missing.extend(more);
                    site += step.sites();
                    continue;
                }
            };
            // A step that fails ends the script, but not before the steps in front of it are judged.
            if missing.is_empty() && !finding.verdict.is_pass() {
                return Ok(finding.found_in(&format!("step {}, `{}`", index + 1, step.text())));
            }
            last = finding;
            site += step.sites();
        }
        if missing.is_empty() {
            Ok(last)
        } else {
            Err(Halt::Missing(missing))
        }
    }
}
