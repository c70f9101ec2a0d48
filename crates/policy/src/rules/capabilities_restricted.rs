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
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [ALL]
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
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [NET_RAW, ALL]
//! ```
//!
//! Only the exact names count, in capitals and without `CAP_`.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [all]
//! #         ^^^^ container `web` keeps capabilities: it does not drop `ALL`
//!           add: [CAP_NET_BIND_SERVICE]
//! #               ^^^^^^^^^^^^^^^^^^^^ container `web` adds capability `CAP_NET_BIND_SERVICE`: only `NET_BIND_SERVICE` may be added
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [ALL]
//!           add: [NET_BIND_SERVICE]
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

use super::capabilities_baseline::{exact_spelling, without};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Fix, FixOfPod};
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, restricted, since};
use podproof_source::Node;

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

const ALLOWED: &[&str] = &["NET_BIND_SERVICE"];

fn must_drop_all(container: &Container<'_>, out: &mut Findings) {
    all_must_be_dropped(container, |_| None, out);
}

fn must_drop_all_except_on_windows(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.is_windows() {
        all_must_be_dropped(container, Fix::by_naming_windows, out);
    }
}

fn all_must_be_dropped(container: &Container<'_>, fix_on_windows: FixOfPod, out: &mut Findings) {
    let capabilities = container.security_context().get("capabilities");
    let drop = capabilities.get("drop");
    if !drop.items().any(|dropped| dropped.as_str() == Some("ALL")) {
        let message = format!("{container} keeps capabilities: it does not drop `ALL`");
        out.report(&drop, message).fix(|_| {
            let on_linux = || drop_all(container, &drop);
            Fix::by_system(container.pod, on_linux, fix_on_windows)
        });
    }
    for added in capabilities.get("add").items() {
        let name = added.as_str().unwrap_or_default();
        if !ALLOWED.contains(&name) {
            let message = format!(
                "{container} adds capability `{name}`: only `NET_BIND_SERVICE` may be added"
            );
            out.report(&added, message).fix(|_| Some(without(&added, container, ALLOWED)));
        }
    }
}

/// Puts `ALL` in the place of what names no capability, such as `all`; what does stays.
fn drop_all(container: &Container<'_>, drop: &Field<'_>) -> Fix {
    let is_exact =
        |item: &Field<'_>| item.as_str().is_some_and(|name| exact_spelling(name) == name);
    let (exact, others): (Vec<_>, Vec<_>) = drop.items().partition(is_exact);
    let changes = match &*others {
        _ if exact.is_empty() => vec![drop.set(Node::list(["ALL".into()]))],
        [] => vec![drop.append("ALL")],
        [first, rest @ ..] => {
            let rest = rest.iter().map(|item| item.remove_from(drop));
            std::iter::once(first.set("ALL")).chain(rest).collect()
        }
    };
    Fix::hardening(format!("drop all capabilities of {container}"), changes).breaks(
        "the program uses a capability that the runtime grants unasked: it starts as root and \
         changes owners or users (`CHOWN`, `SETUID`, `SETGID`), or opens a port below 1024",
        "`Operation not permitted` in the log, or `bind: Permission denied`",
    )
}
