//! The page's style and script -> the policy that lets only these two run.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What the page looks like.
pub(super) const STYLE: &str = include_str!("style.css");
/// What sorts, filters and unfolds. The page is readable without it.
pub(super) const SCRIPT: &str = include_str!("script.js");

/// The content security policy: our style and, if there is to be one, our script; nothing else, from nowhere.
pub(super) fn policy(script: bool) -> String {
    let scripts = if script { hash(SCRIPT) } else { "'none'".to_owned() };
    format!(
        "default-src 'none'; style-src {}; script-src {scripts}; base-uri 'none'; form-action 'none'",
        hash(STYLE)
    )
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
