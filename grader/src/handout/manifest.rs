//! The manifests of a handout: they inherit nothing, name each other where they are in the handout, and ask for nothing
//! that takes no part.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use super::HandoutError;
use super::package::{Dependency, Kind, Package};
use super::selection::{Effect, Selected, Strength};
use crate::assignment::seen_from;

/// What the template's manifest begins with: the sign by which a handout is known.
pub(super) const MARK: &str = "# Made by `grader handout`, which refreshes it.\n";

/// Where crates are in the handout, by the folders they come from.
pub(super) type Seats = BTreeMap<PathBuf, String>;

/// Where a crate from crates.io says that it comes from.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A crate, and what its manifest is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) package: &'a Package,
    pub(super) selected: &'a Selected,
    /// Where it is in the handout.
    pub(super) seat: &'a str,
    /// Its own manifest.
    pub(super) text: &'a str,
}

impl Subject<'_> {
    /// The manifest of the template: its own, but for what leads out of it.
    pub(super) fn template(&self, seats: &Seats) -> Result<String, HandoutError> {
        let text = self.text.strip_prefix(MARK).unwrap_or(self.text);
        let mut manifest = self.parse(text)?;
        for key in ["dependencies", "dev-dependencies", "build-dependencies", "target"] {
            manifest.remove(key);
        }
        if manifest.get("lints").is_some_and(is_inherited) {
            manifest.remove("lints");
        }
        if let Some(package) = manifest.get_mut("package").and_then(Item::as_table_mut) {
            package.remove("workspace");
            package.retain(|_, item| !is_inherited(item));
            self.describe(package);
        }
        self.add_dependencies(&mut manifest, seats)?;
        let members = seats.values().filter(|seat| !seat.is_empty());
        manifest["workspace"] = section([("members", members.collect::<Array>().into())]);
        if !manifest.contains_key("profile") {
            // A quarter of the first build, and backtraces still name files and lines.
            inner(manifest.as_table_mut(), "profile").set_implicit(true);
            manifest["profile"]["dev"] = section([("debug", "line-tables-only".into())]);
        }
        Ok(format!("{MARK}{manifest}"))
    }

    /// The manifest of a crate that the template is built from.
    pub(super) fn library(&self, seats: &Seats) -> Result<String, HandoutError> {
        let own = self.parse(self.text)?;
        let mut manifest = DocumentMut::new();
        let mut package = Table::new();
        self.describe(&mut package);
        manifest["package"] = Item::Table(package);
        if let Some(library) = own.get("lib") {
            manifest["lib"] = library.clone();
            if let Some(library) = manifest["lib"].as_table_mut() {
                library.decor_mut().set_prefix("\n");
            }
        }
        let features = self.features();
        if !features.is_empty() {
            manifest["features"] = section(features);
        }
        self.add_dependencies(&mut manifest, seats)?;
        self.explain_features(&mut manifest);
        Ok(manifest.to_string().trim_start().to_owned())
    }

    fn parse(&self, text: &str) -> Result<DocumentMut, HandoutError> {
        text.parse()
            .map_err(|error: toml_edit::TomlError| HandoutError::Manifest {
                name: self.package.name.clone(),
                why: error.to_string(),
            })
    }

    /// What is not said yet of the package.
    fn describe(&self, table: &mut Table) {
        let package = self.package;
        let said = [
            ("name", Some(&package.name)),
            ("version", Some(&package.version)),
            ("edition", Some(&package.edition)),
            ("rust-version", package.rust_version.as_ref()),
            ("description", package.description.as_ref()),
            ("license", package.license.as_ref()),
        ];
        for (key, text) in said {
            if let (Some(text), None) = (text, table.get(key)) {
                table[key] = value(text);
            }
        }
        table["publish"] = value(false);
    }

    /// The features that are on, without what they would turn on in crates that take no part.
    fn features(&self) -> Vec<(&str, Value)> {
        let on = |feature: &&String| self.selected.features.contains(*feature);
        let features = self.package.features.iter().filter(|(feature, _)| on(feature));
        // Cargo makes such a feature itself.
        let is_implied = |feature: &str, effects: &[String]| effects == [format!("dep:{feature}")];
        let features = features.filter(|(feature, effects)| !is_implied(feature, effects));
        let remaining = features.map(|(feature, effects)| {
            let effects = effects.iter().filter(|effect| self.leads_somewhere(effect));
            (feature.as_str(), effects.collect::<Array>().into())
        });
        remaining.collect()
    }

    fn leads_somewhere(&self, effect: &str) -> bool {
        match Effect::parse(effect) {
            Effect::Of(name, _, Strength::Weak) => {
                let mut dependencies = self.package.dependencies.iter();
                dependencies.any(|dependency| dependency.called() == name && self.selected.has(dependency))
            }
            Effect::Of(_, _, Strength::Strong) | Effect::Feature(_) | Effect::Dependency(_) => true,
        }
    }

    /// The compiler warns of features that a source names and its manifest does not.
    fn explain_features(&self, manifest: &mut DocumentMut) {
        let off = self.package.features.keys();
        let off = off.filter(|feature| !self.selected.features.contains(*feature));
        let off: Vec<String> = off.map(|feature| format!("\"{feature}\"")).collect();
        if off.is_empty() {
            return;
        }
        let names = format!("cfg(feature, values({}))", off.join(", "));
        let mut lint = InlineTable::new();
        lint.insert("level", "warn".into());
        lint.insert("check-cfg", Array::from_iter([names]).into());
        let mut lints = Table::new();
        lints.set_implicit(true);
        lints["rust"] = section([("unexpected_cfgs", lint.into())]);
        manifest["lints"] = Item::Table(lints);
    }

    fn add_dependencies(&self, manifest: &mut DocumentMut, seats: &Seats) -> Result<(), HandoutError> {
        for dependency in &self.package.dependencies {
            if self.selected.has(dependency) {
                let entry = self.entry(dependency, seats)?;
                section_of(manifest.as_table_mut(), dependency).insert(dependency.called(), Item::Value(entry));
            }
        }
        Ok(())
    }

    fn entry(&self, dependency: &Dependency, seats: &Seats) -> Result<Value, HandoutError> {
        let mut entry = InlineTable::new();
        match (&dependency.path, dependency.source.as_deref()) {
            (Some(path), _) => {
                let path = seen_from(Path::new(self.seat), Path::new(&seats[path]));
                entry.insert("path", path.into());
            }
            (None, Some(CRATES_IO)) => {
                let version = dependency.req.trim_start_matches('^');
                entry.insert("version", version.into());
            }
            (None, source) => {
                return Err(HandoutError::Source {
                    name: dependency.name.clone(),
                    of: self.package.name.clone(),
                    from: source.unwrap_or("nowhere").to_owned(),
                });
            }
        }
        if dependency.rename.is_some() {
            entry.insert("package", dependency.name.as_str().into());
        }
        if dependency.optional {
            entry.insert("optional", true.into());
        }
        if !dependency.uses_default_features {
            entry.insert("default-features", false.into());
        }
        if !dependency.features.is_empty() {
            entry.insert("features", dependency.features.iter().collect::<Array>().into());
        }
        Ok(match entry.get("version") {
            Some(version) if entry.len() == 1 => version.clone().decorated(" ", ""),
            Some(_) | None => entry.into(),
        })
    }
}

/// Whether a value, or that of a whole section, comes from the workspace.
fn is_inherited(item: &Item) -> bool {
    item.as_table_like()
        .is_some_and(|table| table.contains_key("workspace"))
}

fn section<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Item {
    let mut table = Table::new();
    for (key, entry) in entries {
        table.insert(key, Item::Value(entry));
    }
    Item::Table(table)
}

/// The section in which a dependency stands.
fn section_of<'a>(manifest: &'a mut Table, dependency: &Dependency) -> &'a mut Table {
    let name = match dependency.kind {
        None => "dependencies",
        Some(Kind::Dev) => "dev-dependencies",
        Some(Kind::Build) => "build-dependencies",
    };
    match &dependency.target {
        None => inner(manifest, name),
        Some(target) => {
            let targets = inner(manifest, "target");
            targets.set_implicit(true);
            let of_target = inner(targets, target);
            of_target.set_implicit(true);
            inner(of_target, name)
        }
    }
}

fn inner<'a>(table: &'a mut Table, key: &str) -> &'a mut Table {
    let entry = table.entry(key).or_insert_with(|| Item::Table(Table::new()));
    entry.as_table_mut().expect("only sections are put here")
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value as Json, json};

    use super::super::package::Packages;
    use super::super::selection::select;
    use super::*;

    /// A template in `/t` and other crates: folders, features and dependencies, as far as they matter.
    pub(in crate::handout) fn packages(crates: &[(&str, &str, &str)]) -> Packages {
        let package = |(folder, features, dependencies): &(&str, &str, &str)| {
            let dependencies: Vec<Json> = serde_json::from_str(&format!("[{dependencies}]")).unwrap();
            let dependencies: Vec<Json> = dependencies.iter().map(dependency).collect();
            let features: Json = serde_json::from_str(&format!("{{{features}}}")).unwrap();
            let package = json!({
                "name": folder.trim_matches('/'), "version": "0.1.0", "edition": "2024", "rust_version": null,
                "description": "D", "license": null, "features": features, "dependencies": dependencies,
                "manifest_path": format!("{folder}/Cargo.toml"),
            });
            (PathBuf::from(folder), serde_json::from_value(package).unwrap())
        };
        Packages {
            template: "/t".into(),
            all: crates.iter().map(package).collect(),
            lock: "/Cargo.lock".into(),
        }
    }

    fn dependency(said: &Json) -> Json {
        let mut whole = json!({
            "req": "^1.0", "kind": null, "rename": null, "optional": false, "uses_default_features": true,
            "features": [], "target": null, "path": null, "source": CRATES_IO,
        });
        let said = said.as_object().unwrap().clone();
        whole.as_object_mut().unwrap().extend(said);
        whole
    }

    fn manifest(seat: &str, text: &str, features: &str, dependencies: &str) -> Result<String, HandoutError> {
        let packages = packages(&[
            ("/t", "", r#"{"name": "x", "path": "/x", "features": ["on"]}"#),
            ("/x", features, dependencies),
            ("/y", "", ""),
        ]);
        let seats = [("/t", ""), ("/x", seat), ("/y", "vendor/y")];
        let seats: Seats = seats.map(|(folder, seat)| (folder.into(), seat.into())).into();
        let selection = select(&packages);
        let folder = PathBuf::from("/x");
        let subject = Subject {
            package: &packages.all[&folder],
            selected: &selection[&folder],
            seat,
            text,
        };
        if seat.is_empty() {
            subject.template(&seats)
        } else {
            subject.library(&seats)
        }
    }

    const PACKAGE: &str =
        "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = \"D\"\npublish = false\n";

    #[test]
    fn a_library_says_what_takes_part_and_nothing_else() {
        for (seat, text, features, dependencies, wanted) in [
            ("contract", "", "", "", ""),
            (
                "contract",
                "[lints]\nworkspace = true\n[lib]\nproc-macro = true\n[[bench]]\nname = \"b\"\n",
                "",
                "",
                "\n[lib]\nproc-macro = true\n",
            ),
            (
                "vendor/x",
                "",
                "",
                r#"{"name": "y", "path": "/y"}, {"name": "serde", "features": ["derive"]}, {"name": "log"}"#,
                "\n[dependencies]\ny = { path = \"../y\" }\nserde = { version = \"1.0\", features = [\"derive\"] }\nlog = \"1.0\"\n",
            ),
            (
                "contract",
                "",
                "",
                r#"{"name": "y", "path": "/y", "rename": "why", "uses_default_features": false}"#,
                "\n[dependencies]\nwhy = { path = \"../vendor/y\", package = \"y\", default-features = false }\n",
            ),
            (
                "contract",
                "",
                "",
                r#"{"name": "libc", "req": "=0.2.1", "target": "cfg(unix)"}, {"name": "cc", "kind": "build"}"#,
                "\n[target.\"cfg(unix)\".dependencies]\nlibc = \"=0.2.1\"\n\n[build-dependencies]\ncc = \"1.0\"\n",
            ),
            (
                "contract",
                "",
                r#""on": ["dep:a", "b?/c"], "off": ["dep:b"]"#,
                r#"{"name": "a", "optional": true}, {"name": "b", "optional": true}"#,
                "\n[features]\non = [\"dep:a\"]\n\n[dependencies]\na = { version = \"1.0\", optional = true }\n\n\
                 [lints.rust]\nunexpected_cfgs = { level = \"warn\", check-cfg = ['cfg(feature, values(\"off\"))'] }\n",
            ),
        ] {
            let made = manifest(seat, text, features, dependencies).unwrap();
            assert_eq!(made, format!("{PACKAGE}{wanted}"));
        }
    }

    #[test]
    fn a_template_keeps_its_manifest_but_for_what_leads_out_of_it() {
        let dependencies = r#"{"name": "y", "path": "/y"}, {"name": "log", "kind": "dev"}"#;
        let text = "# A note.\n[package]\nname = \"x\" # its name\nversion.workspace = true\nauthors = { workspace = true }\n\
             workspace = \"..\"\n\n[dependencies]\ny = { path = \"/y\" }\nold.workspace = true\n\n[[test]]\nname = \"checks\"\n\
             harness = false\n\n[lints]\nworkspace = true\n";
        let wanted = "# A note.\n[package]\nname = \"x\" # its name\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             description = \"D\"\npublish = false\n\n[[test]]\nname = \"checks\"\nharness = false\n\n[dependencies]\n\
             y = { path = \"vendor/y\" }\n\n[dev-dependencies]\nlog = \"1.0\"\n\n[workspace]\nmembers = [\"vendor/y\"]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n";
        let made = manifest("", text, "", dependencies).unwrap();
        assert_eq!(made, format!("{MARK}{wanted}"));
        let again = manifest("", &made, "", dependencies).unwrap();
        assert_eq!(again.matches(MARK).count(), 1);
    }

    #[test]
    fn what_cannot_be_handed_out_is_an_error() {
        for (text, dependencies, why) in [
            ("[package", "", "the manifest of x cannot be read: "),
            (
                "",
                r#"{"name": "own", "source": "git+https://example.org/own"}"#,
                "x is built from own, which comes from git+https://example.org/own",
            ),
        ] {
            let error = manifest("contract", text, "", dependencies).unwrap_err().to_string();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
