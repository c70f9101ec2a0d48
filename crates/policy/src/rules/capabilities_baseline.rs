//! A container must not add capabilities beyond the default ones.
//!
//! Capabilities are the parts of root's power. Container runtimes grant a short list of them that
//! works inside the container only; most others, such as `SYS_ADMIN` or `NET_ADMIN`, reach the
//! node or other pods. Even `NET_RAW`, which many runtimes grant unasked, must not be added.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           add: [CHOWN, NET_ADMIN]
//! #                      ^^^^^^^^^ container `web` adds capability `NET_ADMIN`, which is not a default one
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           add: [CHOWN]
//! ```
//!
//! Only the exact name counts, without `CAP_`.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           add:
//!             - CAP_CHOWN
//! #             ^^^^^^^^^ container `web` adds capability `CAP_CHOWN`, which is not a default one
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           add:
//!             - CHOWN
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [ALL]
//!           add: [CHOWN, NET_BIND_SERVICE]
//! ```
//!
//! ## How to fix it
//!
//! Remove the capability. Programs often ask for more than they use: a port below 1024 needs
//! `NET_BIND_SERVICE` at most, and an owner set at build time needs none.
//!
//! ## When to ignore it
//!
//! Network plugins, tracers and VPNs may need one. Run them in a namespace of their own that
//! allows it.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "capabilities-baseline",
    title: "A container must not add capabilities beyond the default ones",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("capabilities_baseline"),
    replaces: &[],
    versions: &[since(0, EachContainer(must_not_add_more_than_the_default))],
    source: crate::source!("capabilities_baseline.rs"),
};

const DEFAULT: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn must_not_add_more_than_the_default(container: &Container<'_>, out: &mut Findings) {
    for added in container.security_context().at(&["capabilities", "add"]).items() {
        let name = added.as_str().unwrap_or_default();
        if !DEFAULT.contains(&name) {
            let message =
                format!("{container} adds capability `{name}`, which is not a default one");
            out.report(&added, message).fix(|_| Some(without(&added, container, DEFAULT)));
        }
    }
}

/// A capability as the Pod Security Standards know it: in capitals, without `CAP_`.
pub(super) fn exact_spelling(capability: &str) -> String {
    let capital = capability.to_ascii_uppercase();
    capital.strip_prefix("CAP_").map_or(capital.clone(), str::to_owned)
}

/// Removes an added capability, or only spells it as it is allowed.
pub(super) fn without(added: &Field<'_>, container: &Container<'_>, allowed: &[&str]) -> Fix {
    let list = container.security_context().at(&["capabilities", "add"]);
    let name = added.as_str().unwrap_or_default();
    let exact = exact_spelling(name);
    if allowed.contains(&&*exact) {
        // Safe: a container runtime takes the other spelling for the same capability, or does not
        // start the container at all.
        let is_there = list.items().any(|item| item.as_str() == Some(&exact));
        let mut changes = Vec::from_iter((!is_there).then(|| list.append(&*exact)));
        changes.push(added.remove_from(&list));
        let title = format!("write capability `{name}` of {container} as `{exact}`");
        return Fix::safe(title, changes);
    }
    let title = format!("remove capability `{name}` from {container}");
    Fix::reverses(title, vec![added.remove_from(&list)]).breaks(
        "the program uses the capability",
        "`Operation not permitted` or `Permission denied` in the log",
    )
}
