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

use crate::finding::Findings;
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
            out.report(&added, message);
        }
    }
}
