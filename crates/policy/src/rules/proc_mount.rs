//! A container must see `/proc` as the runtime masks it.
//!
//! The container runtime hides the parts of `/proc` that tell about the node or change it.
//! `procMount: Unmasked` shows them.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: builder
//!       securityContext:
//!         procMount: Unmasked
//! #                  ^^^^^^^^ container `builder` sets `procMount: Unmasked`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: builder
//!       securityContext: {}
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: builder
//!       securityContext:
//!         procMount: Default
//! ```
//!
//! Since Kubernetes 1.35 a pod with user namespaces of its own may set it: its root user is nobody
//! on the node.
//!
//! ```yaml,good
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: builder
//!       securityContext:
//!         procMount: Unmasked
//! ```
//!
//! ```yaml,bad,v1.34
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: builder
//!       securityContext:
//!         procMount: Unmasked
//! #                  ^^^^^^^^ container `builder` sets `procMount: Unmasked`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: builder
//!       securityContext: {}
//! ```
//!
//! ## How to fix it
//!
//! Remove `procMount`. If the program runs containers of its own and needs it, set
//! `spec.hostUsers: false`.
//!
//! ## When to ignore it
//!
//! Almost never: a program that needs it, such as an image builder, is better off with
//! `hostUsers: false`, where it is allowed.

use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "proc-mount",
    title: "A container must see `/proc` as the runtime masks it",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("procMount"),
    replaces: &[],
    versions: &[
        since(0, EachContainer(must_not_unmask_proc)),
        since(35, EachContainer(must_not_unmask_proc_of_the_node)),
    ],
    source: crate::source!("proc_mount.rs"),
};

pub(super) fn must_not_unmask_proc(container: &Container<'_>, out: &mut Findings) {
    let proc_mount = container.security_context().get("procMount");
    let kind = proc_mount.as_str().unwrap_or_default();
    if proc_mount.is_set() && kind != "Default" {
        out.report(&proc_mount, format!("{container} sets `procMount: {kind}`"))
            .fix(|_| Some(without(container)));
    }
}

/// Lets the runtime mask `/proc`.
pub(super) fn without(container: &Container<'_>) -> Fix {
    let proc_mount = container.security_context().get("procMount");
    let title = format!("remove `procMount` from {container}");
    Fix::reverses(title, vec![proc_mount.remove()]).breaks(
        "the program runs containers of its own, or mounts `/proc`",
        "`mount: permission denied`, or `Operation not permitted` on `/proc`",
    )
}

fn must_not_unmask_proc_of_the_node(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.has_own_users() {
        must_not_unmask_proc(container, out);
    }
}
