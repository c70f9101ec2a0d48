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
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext: {}
//! ```
//!
//! Only a privileged container may pass its mounts on to the node.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: storage
//!       securityContext:
//!         privileged: true
//! #                   ^^^^ container `storage` is privileged
//!       volumeMounts:
//!         - name: data
//!           mountPath: /data
//!           mountPropagation: Bidirectional
//!   volumes:
//!     - name: data
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: storage
//!       securityContext: {}
//!       volumeMounts:
//!         - name: data
//!           mountPath: /data
//!   volumes:
//!     - name: data
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
//! `capabilities.add`. Most programs need none. The API server then refuses
//! `mountPropagation: Bidirectional`: remove that too.
//!
//! ## When to ignore it
//!
//! Node agents such as storage or network drivers may need it. Run them in a namespace of their
//! own that allows it.

use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, baseline, since};
use podproof_source::Change;

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
        out.report(&privileged, format!("{container} is privileged"))
            .fix(|_| Some(without(container)));
    }
}

/// Makes a container unprivileged, and no more.
pub(super) fn without(container: &Container<'_>) -> Fix {
    let title = format!("remove `privileged: true` from {container}");
    Fix::reverses(title, unprivileged(container)).breaks(
        "the program uses the node's devices, mounts file systems or changes the kernel",
        "`Operation not permitted` in the log, or a device is missing under `/dev`",
    )
}

/// Makes a privileged container a usual one. What it mounts must then not reach the node: the API
/// server refuses that.
pub(super) fn unprivileged(container: &Container<'_>) -> Vec<Change> {
    let privileged = container.security_context().get("privileged");
    if privileged.as_bool() != Some(true) {
        return Vec::new();
    }
    let mounts = container.get("volumeMounts").items();
    let propagation = mounts.map(|mount| mount.get("mountPropagation"));
    let to_the_node = propagation.filter(|field| field.as_str() == Some("Bidirectional"));
    std::iter::once(privileged).chain(to_the_node).map(|field| field.remove()).collect()
}
