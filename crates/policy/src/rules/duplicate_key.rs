//! A key must stand only once in an object.
//!
//! YAML and JSON give the last one of two equal keys to the cluster, and nobody hears of the other.
//! So a setting that a reader sees in the file may not be in force: a second `securityContext`
//! further down takes the place of the first as a whole. `kubectl` refuses such a file unless it is
//! told not to look; most other clients do not look.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsNonRoot: true
//!       image: example.com/web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//! ```
//!
//! A key that overrides one of a YAML merge (`<<`) is in order.
//!
//! ```yaml,good
//! metadata:
//!   labels: &labels
//!     app: web
//!     tier: front
//! spec:
//!   nodeSelector:
//!     <<: *labels
//!     tier: back
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Keep one of the two, and put into it what is meant to be in force from the other. There is no
//! automatic fix: only the author knows which one that is.
//!
//! ## When to ignore it
//!
//! When the two have the same value. Better remove the first.

use crate::rule::{Category, Check::Reading, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "duplicate-key",
    title: "A key must stand only once in an object",
    category: Category::Manifest,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(0, Reading)],
    source: crate::source!("duplicate_key.rs"),
};
