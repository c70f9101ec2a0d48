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
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!   securityContext:
//!     runAsNonRoot: true
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
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: web
//!       securityContext: {}
//! ```
//!
//! If one container is root, the setting goes to each container, and the 0 away. An answer to the
//! fix, such as `uid=10001`, names another user.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` may run as root: neither it nor the pod sets `runAsNonRoot: true`
//!     - name: proxy
//!       securityContext:
//! #     ^^^^^^^^^^^^^^^ container `proxy` may run as root: neither it nor the pod sets `runAsNonRoot: true`
//!         runAsUser: 0
//! ```
//!
//! ```yaml,fixed,uid=10001
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsNonRoot: true
//!     - name: proxy
//!       securityContext:
//!         runAsUser: 10001
//!         runAsNonRoot: true
//!   securityContext:
//!     runAsUser: 10001
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
//! Set `spec.securityContext.runAsNonRoot: true`. If the image's user is root, or has a name instead
//! of a number, also set a `runAsUser` other than 0 that may read the image's files, or build the
//! image with a user by number. If it cannot write to a claimed volume, set `fsGroup`.
//!
//! ## When to ignore it
//!
//! When the program must be root, say to bind raw sockets, and the pod's namespace allows it.

use super::run_as_user::{uid, without_roots};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Answers, Fix};
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
        out.report(&non_root, "the pod sets `runAsNonRoot: false`".into()).fix(|answers| {
            let title = "set `runAsNonRoot: true` on the pod".into();
            let roots = pod.roots_that_follow_the_pod();
            Some(without_roots(title, vec![non_root.set(true)], &roots, pod, answers))
        });
    }
}

fn must_not_run_as_root(container: &Container<'_>, out: &mut Findings) {
    let own = container.security_context().get("runAsNonRoot");
    let of_pod = container.pod.security_context().get("runAsNonRoot");
    match (own.as_bool(), of_pod.as_bool()) {
        // A `false` of the pod has its own finding.
        (Some(true), _) | (None, Some(_)) => {}
        (Some(false), _) => {
            out.report(&own, format!("{container} sets `runAsNonRoot: false`"))
                .fix(|answers| Some(without_false(&own, &of_pod, container, answers)));
        }
        (None, None) => {
            out.report(
                &own,
                format!(
                    "{container} may run as root: neither it nor the pod sets `runAsNonRoot: true`"
                ),
            )
            .fix(|answers| Some(with_true(&own, &of_pod, container, answers)));
        }
    }
}

/// Lets the container follow the pod, if that may say `true` for all that follow it.
fn without_false(
    own: &Field<'_>,
    of_pod: &Field<'_>,
    container: &Container<'_>,
    answers: &Answers,
) -> Fix {
    let pod = container.pod;
    let mut roots = container.root_users();
    let changes = match of_pod.as_bool() {
        Some(true) => vec![own.remove()],
        None if !pod.every_container_accepts_non_root() => vec![own.set(true)],
        _ => {
            roots.extend(pod.roots_that_follow_the_pod());
            vec![of_pod.set(true), own.remove()]
        }
    };
    let title = format!("take `runAsNonRoot: false` from {container}");
    without_roots(title, changes, &roots, pod, answers)
}

/// Sets it once on the pod, or on each container if one of them is root.
fn with_true(
    own: &Field<'_>,
    of_pod: &Field<'_>,
    container: &Container<'_>,
    answers: &Answers,
) -> Fix {
    let pod = container.pod;
    if pod.every_container_accepts_non_root() {
        let title = "set `runAsNonRoot: true` on the pod".into();
        let user = pod.security_context().get("runAsUser");
        let fix = hardening(title, of_pod, &user, pod, answers);
        return if pod.mounts_a_claim() { fix.may_set_group_of_volumes(pod, answers) } else { fix };
    }
    let title = format!("set `runAsNonRoot: true` on {container}");
    let roots = container.root_users();
    if !roots.is_empty() {
        let title = format!("{title} and remove `runAsUser: 0`");
        return without_roots(title, vec![own.set(true)], &roots, pod, answers);
    }
    let user = container.user();
    hardening(title, own, &user, pod, answers)
}

fn hardening(
    title: String,
    non_root: &Field<'_>,
    user: &Field<'_>,
    pod: &Pod<'_>,
    answers: &Answers,
) -> Fix {
    let fix = Fix::hardening(title, vec![non_root.set(true)]).breaks(
        "the image's user is root, or has a name instead of a number",
        "CreateContainerConfigError: container has runAsNonRoot and image will run as root",
    );
    if user.is_set() || pod.is_for_windows() { fix } else { fix.may_set(user, uid(), answers) }
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
