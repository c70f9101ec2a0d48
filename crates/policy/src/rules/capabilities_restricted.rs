//! A container must drop all capabilities.
//!
//! Capabilities are the parts of root's power. Most programs need none of those that container
//! runtimes grant unasked, so a container drops `ALL` and adds back `NET_BIND_SERVICE` at most, for
//! ports below 1024.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` keeps capabilities: it does not drop `ALL`
//! ```
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [NET_RAW]
//! #         ^^^^ container `web` keeps capabilities: it does not drop `ALL`
//!           add: [CHOWN]
//! #               ^^^^^ container `web` adds capability `CHOWN`: only `NET_BIND_SERVICE` may be added
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [ALL]
//!           add: [NET_BIND_SERVICE]
//! ```
//!
//! Windows has no capabilities. Since Kubernetes 1.25 a pod that says it runs there need not drop
//! them.
//!
//! ```yaml,good
//! spec:
//!   os:
//!     name: windows
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Set `capabilities.drop` to `[ALL]`, in capitals, in the `securityContext` of each container, and
//! remove what `add` has besides `NET_BIND_SERVICE`. A program that starts as root to change owners
//! or users (`CHOWN`, `SETUID`, `SETGID`) should start as that user instead.
//!
//! ## When to ignore it
//!
//! When the program must do something that only root may, and the pod's namespace allows it.

use crate::finding::Findings;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, restricted, since};

pub static RULE: Rule = Rule {
    id: "capabilities-restricted",
    title: "A container must drop all capabilities",
    category: Category::PodSecurity,
    severity: Severity::Warning,
    standard: restricted("capabilities_restricted"),
    replaces: &["capabilities-baseline"],
    versions: &[
        since(22, EachContainer(must_drop_all)),
        since(25, EachContainer(must_drop_all_except_on_windows)),
    ],
    source: crate::source!("capabilities_restricted.rs"),
};

fn must_drop_all(container: &Container<'_>, out: &mut Findings) {
    let capabilities = container.security_context().get("capabilities");
    let drop = capabilities.get("drop");
    if !drop.items().any(|dropped| dropped.as_str() == Some("ALL")) {
        out.report(&drop, format!("{container} keeps capabilities: it does not drop `ALL`"));
    }
    for added in capabilities.get("add").items() {
        let name = added.as_str().unwrap_or_default();
        if name != "NET_BIND_SERVICE" {
            let message = format!(
                "{container} adds capability `{name}`: only `NET_BIND_SERVICE` may be added"
            );
            out.report(&added, message);
        }
    }
}

fn must_drop_all_except_on_windows(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.is_windows() {
        must_drop_all(container, out);
    }
}
