//! A pod must not set `runAsUser: 0`.
//!
//! User 0 is root, in the container and, if a program gets out, on the node. A container's own
//! user does not excuse a 0 on the pod.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     runAsUser: 0
//! #              ^ the pod sets `runAsUser: 0`
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsUser: 1000
//!     - name: proxy
//!       securityContext:
//!         runAsUser: 0
//! #                  ^ container `proxy` sets `runAsUser: 0`
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     runAsUser: 1000
//!   containers:
//!     - name: web
//! ```
//!
//! Since Kubernetes 1.35 a pod with user namespaces of its own may set it: its root user is nobody
//! on the node.
//!
//! ```yaml,good
//! spec:
//!   hostUsers: false
//!   securityContext:
//!     runAsUser: 0
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Set `runAsUser` to a user that may read the image's files, or remove it if the image names one.
//! If the program really must be root, `spec.hostUsers: false` keeps it harmless on the node.
//!
//! ## When to ignore it
//!
//! When the program must be root on the node, and the pod's namespace allows it.

use crate::field::Field;
use crate::finding::Findings;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, restricted, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "run-as-user",
    title: "A pod must not set `runAsUser: 0`",
    category: Category::PodSecurity,
    severity: Severity::Warning,
    standard: restricted("runAsUser"),
    replaces: &[],
    versions: &[
        since(23, PodAndEachContainer(pod_must_not_be_root, must_not_be_root)),
        since(
            35,
            PodAndEachContainer(pod_must_not_be_root_of_the_node, must_not_be_root_of_the_node),
        ),
    ],
    source: crate::source!("run_as_user.rs"),
};

fn pod_must_not_be_root(pod: &Pod<'_>, out: &mut Findings) {
    user_must_not_be_root(&"the pod", &pod.security_context(), out);
}

fn must_not_be_root(container: &Container<'_>, out: &mut Findings) {
    user_must_not_be_root(container, &container.security_context(), out);
}

fn pod_must_not_be_root_of_the_node(pod: &Pod<'_>, out: &mut Findings) {
    if !pod.has_own_users() {
        pod_must_not_be_root(pod, out);
    }
}

fn must_not_be_root_of_the_node(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.has_own_users() {
        must_not_be_root(container, out);
    }
}

fn user_must_not_be_root(who: &dyn Display, security_context: &Field<'_>, out: &mut Findings) {
    let user = security_context.get("runAsUser");
    if user.as_int() == Some(0) {
        out.report(&user, format!("{who} sets `runAsUser: 0`"));
    }
}
