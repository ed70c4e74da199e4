//! Which assignment is meant where none is named.

use std::path::{Path, PathBuf};

use super::AssignmentError;

/// The only `specs/*.yaml` of a folder or of its nearest ancestor that has one; where none has, the nearest `checks.json` of
/// a template.
///
/// # Errors
/// When there is none or there are several.
pub fn default_spec(folder: &Path) -> Result<PathBuf, AssignmentError> {
    for ancestor in folder.ancestors() {
        let mut specs: Vec<PathBuf> = match std::fs::read_dir(ancestor.join("specs")) {
            Ok(entries) => entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| is_yaml(path))
                .collect(),
            Err(_) => continue,
        };
        specs.sort();
        match specs.as_slice() {
            [] => {}
            [spec] => return Ok(spec.clone()),
            several => {
                let list: Vec<String> = several.iter().map(|spec| format!("\n  {}", spec.display())).collect();
                return Err(AssignmentError::WhichSpec(format!(
                    "there are several specs; name one with --spec:{}",
                    list.concat()
                )));
            }
        }
    }
    let packed = folder.ancestors().map(|ancestor| ancestor.join("checks.json"));
    let is_template = |file: &PathBuf| file.is_file() && file.with_file_name("Cargo.toml").is_file();
    if let Some(file) = packed.into_iter().find(is_template) {
        return Ok(file);
    }
    let message = format!(
        "there is no specs/*.yaml in {} or above; name the spec with --spec FILE",
        folder.display()
    );
    Err(AssignmentError::WhichSpec(message))
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}
