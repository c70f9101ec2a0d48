//! Every part of a file must be read by the cluster as it stands.
//!
//! The cluster reads manifests in its own way: it stops at YAML that it cannot parse, refuses a
//! `---` line with text after the dashes, and silently drops whatever follows the end of an object
//! in the same document. A check that skipped such a piece would call it clean without knowing
//! what is in it, so each one is an error. This rule cannot be switched off or suppressed.
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ConfigMap
//! ...
//! kind: Pod
//! ```
//!
//! ## How to fix it
//!
//! The message names the reason and a next step. Render Helm templates before checking them; put
//! `---` on a line of its own between objects.
//!
//! ## When to ignore it
//!
//! Never: nobody can say what the cluster will do with the rest of the file.

use crate::rule::{Category, Check::Reading, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "unread-text",
    title: "Every part of a file must be read by the cluster",
    category: Category::Manifest,
    severity: Severity::Error,
    standard: None,
    replaces: &[],
    versions: &[since(0, Reading)],
    source: crate::source!("unread_text.rs"),
};
