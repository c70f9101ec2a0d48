//! A pod must say that its containers do not run as root.
//!
//! A process that runs as root in a container is root on the node if it gets out. With
//! `runAsNonRoot: true` the kubelet refuses to start an image whose user is root. The setting may
//! stand on the pod, for all containers, or on each container; a container's own setting wins.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` may run as root: neither it nor the pod sets `runAsNonRoot: true`
//! ```
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsNonRoot: false
//! #                     ^^^^^ container `web` sets `runAsNonRoot: false`
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: web
//! ```
//!
//! Since Kubernetes 1.35 a pod with user namespaces of its own need not set it: its root user is
//! nobody on the node.
//!
//! ```yaml,good
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Set `spec.securityContext.runAsNonRoot: true`. If the image's user is root, also set a
//! `runAsUser` other than 0 that may read the image's files, or build the image with another user.
//!
//! ## When to ignore it
//!
//! When the program must be root, say to bind raw sockets, and the pod's namespace allows it.

use crate::finding::Findings;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, restricted, since};

pub static RULE: Rule = Rule {
    id: "run-as-non-root",
    title: "A pod must set `runAsNonRoot: true`",
    category: Category::PodSecurity,
    severity: Severity::Warning,
    standard: restricted("runAsNonRoot"),
    replaces: &[],
    versions: &[
        since(0, PodAndEachContainer(pod_must_not_allow_root, must_not_run_as_root)),
        since(
            35,
            PodAndEachContainer(
                pod_must_not_allow_root_of_the_node,
                must_not_run_as_root_of_the_node,
            ),
        ),
    ],
    source: crate::source!("run_as_non_root.rs"),
};

fn pod_must_not_allow_root(pod: &Pod<'_>, out: &mut Findings) {
    let non_root = pod.security_context().get("runAsNonRoot");
    if non_root.as_bool() == Some(false) {
        out.report(&non_root, "the pod sets `runAsNonRoot: false`".into());
    }
}

fn must_not_run_as_root(container: &Container<'_>, out: &mut Findings) {
    let own = container.security_context().get("runAsNonRoot");
    let of_pod = container.pod.security_context().get("runAsNonRoot");
    match (own.as_bool(), of_pod.as_bool()) {
        // A `false` of the pod has its own finding.
        (Some(true), _) | (None, Some(_)) => {}
        (Some(false), _) => {
            out.report(&own, format!("{container} sets `runAsNonRoot: false`"));
        }
        (None, None) => {
            out.report(
                &own,
                format!(
                    "{container} may run as root: neither it nor the pod sets `runAsNonRoot: true`"
                ),
            );
        }
    }
}

fn pod_must_not_allow_root_of_the_node(pod: &Pod<'_>, out: &mut Findings) {
    if !pod.has_own_users() {
        pod_must_not_allow_root(pod, out);
    }
}

fn must_not_run_as_root_of_the_node(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.has_own_users() {
        must_not_run_as_root(container, out);
    }
}
