//! A pod must set a seccomp profile.
//!
//! A seccomp profile says which calls into the node's kernel a program may make. A pod that names
//! none runs without any, unless the node says otherwise. The field may stand on the pod, for all
//! containers, or on each container; a container's own setting wins.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` has no seccomp profile: neither it nor the pod sets one
//! ```
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: Unconfined
//! #           ^^^^^^^^^^ the pod sets seccomp profile type `Unconfined`
//!   containers:
//!     - name: web
//!     - name: proxy
//!       securityContext:
//!         seccompProfile:
//!           type: Unconfined
//! #               ^^^^^^^^^^ container `proxy` sets seccomp profile type `Unconfined`
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
//!   containers:
//!     - name: web
//! ```
//!
//! Windows has no seccomp. Since Kubernetes 1.25 a pod that says it runs there need not set it.
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
//! Set `spec.securityContext.seccompProfile.type: RuntimeDefault`. If that profile blocks a call
//! which the program needs, put a profile of your own on the nodes and name it: type `Localhost`
//! with `localhostProfile`.
//!
//! ## When to ignore it
//!
//! When the program makes unusual calls, as debuggers do, and the pod's namespace allows it.

use super::seccomp_profile_baseline::{must_keep_seccomp, pod_must_keep_seccomp};
use crate::finding::Findings;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, restricted, since};

pub static RULE: Rule = Rule {
    id: "seccomp-profile-restricted",
    title: "A pod must set a seccomp profile",
    category: Category::PodSecurity,
    severity: Severity::Warning,
    standard: restricted("seccompProfile_restricted"),
    replaces: &["seccomp-profile-baseline"],
    versions: &[
        since(19, PodAndEachContainer(pod_must_keep_seccomp, must_have_seccomp)),
        since(
            25,
            PodAndEachContainer(
                pod_must_keep_seccomp_except_on_windows,
                must_have_seccomp_except_on_windows,
            ),
        ),
    ],
    source: crate::source!("seccomp_profile_restricted.rs"),
};

fn must_have_seccomp(container: &Container<'_>, out: &mut Findings) {
    let own = container.security_context().get("seccompProfile");
    // A bad one of the pod has its own finding.
    let of_pod = container.pod.security_context().get("seccompProfile");
    if own.is_set() {
        must_keep_seccomp(container, out);
    } else if !of_pod.is_set() {
        let message =
            format!("{container} has no seccomp profile: neither it nor the pod sets one");
        out.report(&own, message);
    }
}

fn pod_must_keep_seccomp_except_on_windows(pod: &Pod<'_>, out: &mut Findings) {
    if !pod.is_windows() {
        pod_must_keep_seccomp(pod, out);
    }
}

fn must_have_seccomp_except_on_windows(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.is_windows() {
        must_have_seccomp(container, out);
    }
}
