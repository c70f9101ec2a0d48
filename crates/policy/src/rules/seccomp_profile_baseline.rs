//! A pod must not turn off seccomp.
//!
//! A seccomp profile says which calls into the node's kernel a program may make. The runtime's own
//! profile blocks those that containers never need and attackers like. `Unconfined` allows all. The
//! field may stand on the pod, for all containers, or on each container.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: Unconfined
//! #           ^^^^^^^^^^ the pod sets seccomp profile type `Unconfined`
//!   containers:
//!     - name: web
//!       securityContext:
//!         seccompProfile: {}
//! #       ^^^^^^^^^^^^^^ container `web` sets a seccomp profile without a type
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         seccompProfile:
//!           type: RuntimeDefault
//!     - name: proxy
//! ```
//!
//! Before Kubernetes 1.19 annotations named the profiles. Since then they are not read.
//!
//! ```yaml,bad,v1.18
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: unconfined
//! #                                             ^^^^^^^^^^ the pod's annotation names seccomp profile `unconfined`
//!     container.seccomp.security.alpha.kubernetes.io/web: ""
//! #                                                       ^^ the annotation for container `web` names seccomp profile ``
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good,v1.18
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: docker/default
//!     container.seccomp.security.alpha.kubernetes.io/web: localhost/web.json
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Set the type to `RuntimeDefault`. If that profile blocks a call which the program needs, put a
//! profile of your own on the nodes and name it: type `Localhost` with `localhostProfile`.
//!
//! ## When to ignore it
//!
//! Debuggers and other programs that make unusual calls may need it. Run them in a namespace of
//! their own that allows it.

use crate::field::Field;
use crate::finding::Findings;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, baseline, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "seccomp-profile-baseline",
    title: "A pod must not turn off seccomp",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("seccompProfile_baseline"),
    replaces: &[],
    versions: &[
        since(
            0,
            PodAndEachContainer(annotation_of_pod_must_keep_seccomp, annotation_must_keep_seccomp),
        ),
        since(19, PodAndEachContainer(pod_must_keep_seccomp, must_keep_seccomp)),
    ],
    source: crate::source!("seccomp_profile_baseline.rs"),
};

const POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";

/// What follows it is the name of a container.
const CONTAINER_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn annotation_of_pod_must_keep_seccomp(pod: &Pod<'_>, out: &mut Findings) {
    annotation_must_confine(&"the pod's annotation", pod, POD_ANNOTATION, out);
}

fn annotation_must_keep_seccomp(container: &Container<'_>, out: &mut Findings) {
    let its_own = format!("{CONTAINER_ANNOTATION}{}", container.name());
    let who = format!("the annotation for {container}");
    annotation_must_confine(&who, container.pod, &its_own, out);
}

/// An annotation without a value is there all the same, so this looks for its key.
fn annotation_must_confine(who: &dyn Display, pod: &Pod<'_>, key: &str, out: &mut Findings) {
    let Some(value) = pod.annotations().entry(key) else { return };
    let profile = value.as_str().unwrap_or_default();
    let is_confined = matches!(profile, "runtime/default" | "docker/default");
    if !is_confined && !profile.starts_with("localhost/") {
        out.report(&value, format!("{who} names seccomp profile `{profile}`"));
    }
}

pub(super) fn pod_must_keep_seccomp(pod: &Pod<'_>, out: &mut Findings) {
    must_be_confined(&"the pod", &pod.security_context(), out);
}

pub(super) fn must_keep_seccomp(container: &Container<'_>, out: &mut Findings) {
    must_be_confined(container, &container.security_context(), out);
}

fn must_be_confined(who: &dyn Display, security_context: &Field<'_>, out: &mut Findings) {
    let profile = security_context.get("seccompProfile");
    let kind = profile.get("type");
    match kind.as_str().unwrap_or_default() {
        _ if !profile.is_set() => {}
        "RuntimeDefault" | "Localhost" => {}
        "" => {
            out.report(&kind, format!("{who} sets a seccomp profile without a type"));
        }
        other => {
            out.report(&kind, format!("{who} sets seccomp profile type `{other}`"));
        }
    }
}
