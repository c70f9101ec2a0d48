//! A container must not run in privileged mode.
//!
//! A privileged container has every capability, sees every device of the node and escapes almost
//! every other protection: whoever controls the program in it controls the node.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         privileged: true
//! #                   ^^^^ container `web` is privileged
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         privileged: false
//! ```
//!
//! ## How to fix it
//!
//! Remove `privileged`, and add the few capabilities that the program really needs to
//! `capabilities.add`. Most programs need none.
//!
//! ## When to ignore it
//!
//! Node agents such as storage or network drivers may need it. Run them in a namespace of their
//! own that allows it.

use crate::finding::Findings;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "privileged",
    title: "A container must not run in privileged mode",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("privileged"),
    replaces: &[],
    versions: &[since(0, EachContainer(must_not_be_privileged))],
    source: crate::source!("privileged.rs"),
};

fn must_not_be_privileged(container: &Container<'_>, out: &mut Findings) {
    let privileged = container.security_context().get("privileged");
    if privileged.as_bool() == Some(true) {
        out.report(&privileged, format!("{container} is privileged"));
    }
}
