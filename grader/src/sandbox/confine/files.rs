//! Files out of reach, by Landlock.

use std::io;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, PathBeneath,
    RestrictionStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

use super::{Access, Opening};

/// The newest rules that are asked for. What a kernel does not know of them, it is not asked for.
const NEWEST: ABI = ABI::V10;

/// Leaves these openings and no other; no connections, no signals to processes outside. The version of Landlock in force.
pub(super) fn restrict(openings: &[Opening<'_>]) -> io::Result<u8> {
    let missing = || io::Error::other("the kernel has no Landlock, or it is switched off");
    let ruleset = least().map_err(|_| missing())?;
    let status = enforce(ruleset, openings).map_err(io::Error::other)?;
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) | (_, LandlockStatus::NotEnabled | LandlockStatus::NotImplemented) => {
            Err(missing())
        }
        (_, LandlockStatus::Available { effective_abi, .. }) => Ok(effective_abi as u8),
    }
}

/// What every version has, and what nothing goes without.
fn least() -> Result<Ruleset, RulesetError> {
    let ruleset = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    ruleset.handle_access(AccessFs::from_all(ABI::V1))
}

/// Adds what the kernel knows of the rest.
fn enforce(ruleset: Ruleset, openings: &[Opening<'_>]) -> Result<RestrictionStatus, RulesetError> {
    let rules = openings
        .iter()
        .map(|opening| Ok::<_, RulesetError>(PathBeneath::new(opening.place, rights(opening))));
    ruleset
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(rules)?
        .restrict_self()
}

/// Rights on a file are fewer than those on a folder; the kernel refuses a rule that has others.
fn rights(opening: &Opening<'_>) -> BitFlags<AccessFs> {
    let rights = match opening.access {
        Access::Read => AccessFs::ReadFile | AccessFs::ReadDir,
        Access::Run => AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute,
        Access::Write => AccessFs::from_all(NEWEST) & !AccessFs::Execute,
    };
    let is_folder = rustix::fs::fstat(opening.place)
        .is_ok_and(|status| rustix::fs::FileType::from_raw_mode(status.st_mode) == rustix::fs::FileType::Directory);
    if is_folder {
        rights
    } else {
        rights & AccessFs::from_file(NEWEST)
    }
}
