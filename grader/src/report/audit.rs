//! An audit in words, what is to be mended last.

use std::fmt::Write;

use tabled::builder::Builder;
use tabled::settings::Style;

use super::table::{plural, points};
use crate::audit::{Audit, BugAudit, MutantsAudit, SeedsAudit, VariantAudit};

/// Which check kills which bug, and what is missed.
#[must_use]
pub fn audit(audit: &Audit) -> String {
    let mut text = format!("{}: would the checks catch a wrong solution?\n\n", audit.assignment);
    bugs(&audit.bugs, &mut text);
    list(&mut text, "checks that kill no bug", &audit.idle);
    let alike: Vec<String> = audit.alike.iter().map(|group| group.join(" = ")).collect();
    list(&mut text, "bugs that answer every check alike", &alike);
    let smallest = format!("{} that would do for all bugs", plural(audit.smallest.len(), "check"));
    list(&mut text, &smallest, &audit.smallest);
    variants(&audit.variants, &mut text);
    mutants(audit.mutants.as_ref(), &mut text);
    audit.seeds.iter().for_each(|audit| seeds(audit, &mut text));
    verdict(audit, &mut text);
    text
}

fn bugs(bugs: &[BugAudit], text: &mut String) {
    let mut builder = Builder::default();
    builder.push_record(["bug", "breaks", "earns", "killed by"]);
    for bug in bugs {
        let more = bug.killed_by.len().saturating_sub(2);
        let mut killed_by: Vec<String> = bug.killed_by.iter().take(2).cloned().collect();
        if more > 0 {
            killed_by.push(format!("… {more} more"));
        }
        builder.push_record([
            bug.id.clone(),
            bug.broken.join("\n"),
            points(bug.earned),
            if killed_by.is_empty() {
                "NOTHING".to_owned()
            } else {
                killed_by.join("\n")
            },
        ]);
    }
    let mut table = builder.build();
    table.with(Style::rounded());
    let _ = writeln!(text, "{table}");
}

fn list(text: &mut String, what: &str, items: &[String]) {
    if !items.is_empty() {
        let _ = writeln!(text, "\n{what}:\n  {}", items.join("\n  "));
    }
}

fn variants(variants: &[VariantAudit], text: &mut String) {
    let passing = variants.iter().filter(|variant| variant.passes()).count();
    let _ = writeln!(text, "\n{passing} of {} right variants earn everything", variants.len());
    for variant in variants.iter().filter(|variant| !variant.passes()) {
        let why = variant
            .problem
            .clone()
            .unwrap_or_else(|| format!("fails {}", variant.failing.join(", ")));
        let _ = writeln!(text, "  FALSE ALARM: {}: {why}", variant.id);
    }
}

fn mutants(mutants: Option<&MutantsAudit>, text: &mut String) {
    let Some(mutants) = mutants else {
        text.push_str("\nno mutants: cargo-mutants is not installed or not wanted\n");
        return;
    };
    let _ = writeln!(
        text,
        "\n{} of {} mutants killed ({:.1} %)",
        mutants.killed,
        mutants.viable,
        100.0 * mutants.killed as f64 / mutants.viable.max(1) as f64
    );
    for survivor in &mutants.survivors {
        let why = survivor.why.as_deref().unwrap_or("NOT EXPLAINED");
        let _ = writeln!(text, "  survives: {}\n    {why}", survivor.mutant);
    }
    for stale in &mutants.stale {
        let _ = writeln!(text, "  explained, but no survivor: {stale}");
    }
}

fn seeds(seeds: &SeedsAudit, text: &mut String) {
    let _ = writeln!(
        text,
        "\n{}: {}, {}",
        plural(usize::try_from(seeds.tried).unwrap_or(usize::MAX), "other seed"),
        plural(seeds.false_alarms.len(), "false alarm"),
        plural(seeds.missed.len(), "missed bug")
    );
    for wrong in seeds.false_alarms.iter().chain(&seeds.missed) {
        let _ = writeln!(text, "  {wrong}");
    }
}

fn verdict(audit: &Audit, text: &mut String) {
    let survivors: Vec<&BugAudit> = audit.bugs.iter().filter(|bug| bug.survives).collect();
    let _ = writeln!(
        text,
        "\n{} of {} killed",
        audit.bugs.len() - survivors.len(),
        plural(audit.bugs.len(), "bug")
    );
    for bug in survivors {
        let _ = writeln!(
            text,
            "  SURVIVES: {} earns {} of {}: {}",
            bug.id,
            points(bug.earned),
            points(bug.possible),
            bug.name
        );
    }
    for bug in audit.bugs.iter().filter(|bug| !bug.elsewhere.is_empty()) {
        let _ = writeln!(
            text,
            "  ELSEWHERE: {} breaks {} and fails {}",
            bug.id,
            bug.broken.join(", "),
            bug.elsewhere.join(", ")
        );
    }
}
