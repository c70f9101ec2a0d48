//! What says that a finding is to be ignored must name its rule, say why, and be of use.
//!
//! A finding can be accepted where it stands: by an annotation `podproof/ignore-<rule>` of the pod,
//! its template or the object, or in a file by a comment `# podproof: ignore[<rule>] reason` on the
//! line of the finding or alone on the line above. Without a reason nobody can tell later whether
//! it still holds; with a misspelt rule it ignores nothing, although somebody relies on it. Both
//! are errors. One that no longer ignores anything is only a hint: it would hide the next mistake.
//!
//! ```yaml,bad
//! metadata:
//!   annotations:
//!     podproof/ignore-privileged: ""
//! #                               ^^ `podproof/ignore-privileged` ignores nothing: its value must say why
//!     podproof/ignore-host-prots: the agent needs the port of the node
//! #                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `podproof/ignore-host-prots` ignores nothing: there is no rule `host-prots`. Did you mean `host-ports`? `podproof rules` lists them all
//!     podproof/ignore-host-path-volumes.agent: reads the logs of the node
//! #                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^ `podproof/ignore-host-path-volumes.agent` is of no use: `host-path-volumes` finds nothing in container `agent`; remove it
//! spec:
//!   containers:
//!     - name: agent
//!       securityContext:
//!         privileged: true
//! ```
//!
//! ```yaml,good
//! metadata:
//!   annotations:
//!     podproof/ignore-privileged.agent: loads a kernel module; reviewed by the platform team
//! spec:
//!   containers:
//!     - name: agent
//!       securityContext:
//!         privileged: true
//! ```
//!
//! ## How to fix it
//!
//! Write the rule's id as it stands in brackets behind `error`, and a reason that somebody else can
//! check. Remove what ignores nothing. Findings of `wrong-type`, `unread-text` and of this rule
//! cannot be ignored.
//!
//! ## When to ignore it
//!
//! A finding of this rule cannot be ignored, but a profile can switch the rule off. Admission
//! judges ignored findings all the same, unless its settings say `allowSuppressions: true`; it
//! never sees comments.

use crate::rule::{Category, Check::Reading, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "suppression",
    title: "What says that a finding is to be ignored must name its rule, say why, and be of use",
    category: Category::Manifest,
    severity: Severity::Error,
    standard: None,
    replaces: &[],
    versions: &[since(0, Reading)],
    source: crate::source!("suppression.rs"),
};
