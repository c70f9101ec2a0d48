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
//! ```yaml,fixed
//! spec:
//!   securityContext: {}
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsUser: 1000
//!     - name: proxy
//!       securityContext: {}
//! ```
//!
//! A person may name another user instead.
//!
//! ```yaml,fixed,uid=10001
//! spec:
//!   securityContext:
//!     runAsUser: 10001
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsUser: 1000
//!     - name: proxy
//!       securityContext:
//!         runAsUser: 10001
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
use crate::fix::{Answers, Fix, Input};
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, restricted, since};
use podproof_source::Change;
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
    user_must_not_be_root(&"the pod", pod, &pod.security_context(), out);
}

fn must_not_be_root(container: &Container<'_>, out: &mut Findings) {
    user_must_not_be_root(container, container.pod, &container.security_context(), out);
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

fn user_must_not_be_root(
    who: &dyn Display,
    pod: &Pod<'_>,
    security_context: &Field<'_>,
    out: &mut Findings,
) {
    let user = security_context.get("runAsUser");
    if user.as_int() == Some(0) {
        out.report(&user, format!("{who} sets `runAsUser: 0`")).fix(|answers| {
            let title = format!("take `runAsUser: 0` from {who}");
            Some(without_roots(title, Vec::new(), &[user], pod, answers))
        });
    }
}

/// The user that a person may name.
pub(super) fn uid() -> Input {
    let label = "number of the user to run as, if the image's user is root or has a name instead \
                 of a number";
    Input::number("uid", label)
}

/// Makes changes and removes each of these `runAsUser: 0`, or sets it to the user that a person
/// names.
pub(super) fn without_roots(
    title: String,
    mut changes: Vec<Change>,
    roots: &[Field<'_>],
    pod: &Pod<'_>,
    answers: &Answers,
) -> Fix {
    let uid = uid();
    let user = answers.number(&uid).filter(|_| !pod.is_for_windows());
    for root in roots {
        let change = user.map_or_else(|| root.remove(), |user| root.set(user));
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    let mut fix = Fix::reverses(title, changes).breaks(
        "the program must be root, or the image's user is root or has a name instead of a number",
        "`Permission denied` in the log, or CreateContainerConfigError: container has \
         runAsNonRoot and image will run as root",
    );
    let of_pod = pod.security_context().get("runAsUser");
    if pod.is_for_windows() || roots.is_empty() && of_pod.is_set() {
        return fix;
    }
    if roots.is_empty() {
        return fix.may_set(&of_pod, uid, answers);
    }
    fix.inputs.push(uid);
    fix
}
