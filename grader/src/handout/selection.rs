//! Which crates in folders the template is built from, and with which features: those that it asks for, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::package::{Dependency, Package, Packages};

/// The crates that take part, by their folders.
pub(super) type Selection = BTreeMap<PathBuf, Selected>;

/// What of a crate takes part.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Selected {
    /// Its features that are on.
    pub(super) features: BTreeSet<String>,
    /// Its optional dependencies that are on.
    optional: BTreeSet<String>,
}

/// What a feature turns on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect<'a> {
    /// Another feature.
    Feature(&'a str),
    /// An optional dependency.
    Dependency(&'a str),
    /// A feature of a dependency, and the dependency itself unless the effect is weak.
    Of(&'a str, &'a str, Strength),
}

/// Whether a dependency is turned on by what is wanted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    Weak,
    Strong,
}

impl<'a> Effect<'a> {
    /// `feature`, `dep:crate`, `crate/feature` or `crate?/feature`.
    pub(super) fn parse(text: &'a str) -> Self {
        if let Some(dependency) = text.strip_prefix("dep:") {
            return Self::Dependency(dependency);
        }
        match text.split_once('/') {
            None => Self::Feature(text),
            Some((dependency, feature)) => match dependency.strip_suffix('?') {
                Some(dependency) => Self::Of(dependency, feature, Strength::Weak),
                None => Self::Of(dependency, feature, Strength::Strong),
            },
        }
    }
}

impl Selected {
    /// Whether a dependency of the crate takes part.
    pub(super) fn has(&self, dependency: &Dependency) -> bool {
        !dependency.optional || self.optional.contains(dependency.called())
    }

    /// Follows the features that are on within the crate, until there is nothing new.
    fn close(&mut self, package: &Package) {
        let mut waiting: Vec<String> = self.features.iter().cloned().collect();
        while let Some(feature) = waiting.pop() {
            for effect in package.features.get(&feature).into_iter().flatten() {
                match Effect::parse(effect) {
                    Effect::Feature(name) => {
                        if self.features.insert(name.to_owned()) {
                            waiting.push(name.to_owned());
                        }
                    }
                    Effect::Dependency(name) | Effect::Of(name, _, Strength::Strong) => {
                        self.optional.insert(name.to_owned());
                    }
                    Effect::Of(_, _, Strength::Weak) => {}
                }
            }
        }
    }

    /// What is wanted of a dependency that takes part.
    fn wants<'a>(&self, package: &'a Package, dependency: &'a Dependency) -> Vec<&'a str> {
        let mut wanted: Vec<&str> = dependency.features.iter().map(String::as_str).collect();
        wanted.extend(dependency.uses_default_features.then_some("default"));
        for effect in self.features.iter().filter_map(|on| package.features.get(on)).flatten() {
            match Effect::parse(effect) {
                Effect::Of(name, feature, _) if name == dependency.called() => wanted.push(feature),
                Effect::Of(..) | Effect::Feature(_) | Effect::Dependency(_) => {}
            }
        }
        wanted
    }
}

/// What takes part when the template is tested, with any of its own features.
pub(super) fn select(packages: &Packages) -> Selection {
    let features = packages.all[&packages.template].features.keys();
    let template = Selected {
        features: features.cloned().collect(),
        optional: BTreeSet::new(),
    };
    let mut selection = Selection::from([(packages.template.clone(), template)]);
    loop {
        let next = grown(&selection, packages);
        if next == selection {
            return selection;
        }
        selection = next;
    }
}

/// What each crate that takes part adds.
fn grown(selection: &Selection, packages: &Packages) -> Selection {
    let mut next = selection.clone();
    for folder in selection.keys() {
        let package = &packages.all[folder];
        let mut selected = next[folder].clone();
        selected.close(package);
        for dependency in package.dependencies.iter().filter(|one| selected.has(one)) {
            let Some(path) = &dependency.path else { continue };
            let other = next.entry(path.clone()).or_default();
            let there = &packages.all[path].features;
            let wanted = selected.wants(package, dependency).into_iter();
            let wanted = wanted.filter(|feature| there.contains_key(*feature));
            other.features.extend(wanted.map(str::to_owned));
        }
        next.insert(folder.clone(), selected);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handout::manifest::tests::packages;

    #[test]
    fn only_what_is_asked_for_takes_part() {
        let engine = r#"{"name": "engine", "path": "/engine", FEATURES}"#;
        for (asked, features, optional, others) in [
            (r#""features": ["template"]"#, "template", "mimic", "/engine /t"),
            (
                r#""features": ["all"]"#,
                "all spec template",
                "abi mimic",
                "/abi /engine /t",
            ),
            (r#""features": ["spec"]"#, "spec", "abi", "/abi /engine /t"),
            (r#""features": ["weak"]"#, "weak", "", "/engine /t"),
            (r#""features": []"#, "", "", "/engine /t"),
        ] {
            let packages = packages(&[
                ("/t", "", &engine.replace("FEATURES", asked)),
                (
                    "/engine",
                    r#""spec": ["abi/serde"], "template": ["dep:mimic"], "all": ["spec", "template"], "weak": ["abi?/serde"]"#,
                    r#"{"name": "abi", "path": "/abi", "optional": true}, {"name": "mimic", "optional": true}"#,
                ),
                ("/abi", r#""serde": [], "default": ["std"], "std": []"#, ""),
            ]);
            let selection = select(&packages);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
            let selected = &selection[&PathBuf::from("/engine")];
            assert_eq!(selected.features, words(features), "{asked}");
            assert_eq!(selected.optional, words(optional), "{asked}");
            let folders = selection.keys().map(|folder| folder.display().to_string());
            assert_eq!(folders.collect::<BTreeSet<_>>(), words(others), "{asked}");
            if let Some(abi) = selection.get(&PathBuf::from("/abi")) {
                assert_eq!(abi.features, words("default serde std"), "{asked}");
            }
        }
    }
}
