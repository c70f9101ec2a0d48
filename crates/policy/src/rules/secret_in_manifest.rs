//! A Secret with values in it should not be in a manifest.
//!
//! The values are readable by all who can read the file: base64 hides nothing. A file in Git keeps
//! them for ever, and a chart or overlay carries them from one environment to the next.
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: web}
//! stringData:
//!   password: hunter2
//! #           ^^^^^^^ the Secret holds `password` as plain text
//! ```
//!
//! An empty Secret is filled by somebody else. Templates and encrypted values tell nothing.
//!
//! ```yaml,good
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: web}
//! type: Opaque
//! stringData:
//!   password: ${PASSWORD}
//!   token: ENC[AES256_GCM,data:qQ==,type:str]
//! ```
//!
//! ## How to fix it
//!
//! Keep the values in Azure Key Vault, and let a `SecretProviderClass` or an `ExternalSecret` fetch
//! them. Or keep the file encrypted (Sealed Secrets, SOPS). Change the values that were in Git.
//!
//! ## When to ignore it
//!
//! When the file never leaves the machine that makes it, or the values protect nothing.

use crate::credential;
use crate::finding::Findings;
use crate::object::Object;
use crate::rule::{Category, Check, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "secret-in-manifest",
    title: "A Secret with values in it should not be in a manifest",
    category: Category::Credentials,
    severity: Severity::Info,
    standard: None,
    replaces: &[],
    versions: &[since(0, Check::Object(must_not_hold_values))],
    source: crate::source!("secret_in_manifest.rs"),
};

/// The control plane fills it.
const FILLED: &str = "kubernetes.io/service-account-token";

fn must_not_hold_values(object: &Object<'_>, out: &mut Findings) {
    let root = object.root();
    // What SOPS encrypted says so.
    let is_open = object.kind == "Secret"
        && object.api_version == "v1"
        && root.get("type").as_str() != Some(FILLED)
        && !root.get("sops").is_set();
    if !is_open {
        return;
    }
    for (map, how) in [("stringData", " as plain text"), ("data", " in base64, readable by all")] {
        for (key, value) in root.get(map).entries() {
            if value.as_str().is_some_and(credential::is_told) {
                let name = if credential::by_shape(key).is_some() { "…" } else { key };
                out.report(&value, ["the Secret holds `", name, "`", how].concat());
            }
        }
    }
}
