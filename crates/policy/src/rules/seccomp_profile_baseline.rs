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
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
//!   containers:
//!     - name: web
//!       securityContext:
//!         seccompProfile:
//!           type: RuntimeDefault
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
//! ```yaml,fixed
//! metadata:
//!   annotations: {}
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
use crate::fix::{Fix, FixClass};
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, baseline, since};
use podproof_source::{Change, Node};
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

pub(super) const POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";

/// What follows it is the name of a container.
pub(super) const CONTAINER_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";

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
        out.report(&value, format!("{who} names seccomp profile `{profile}`")).fix(|_| {
            let title = format!("remove {who}, which turns off seccomp");
            Some(reverses(title, vec![value.remove()]))
        });
    }
}

fn pod_must_keep_seccomp(pod: &Pod<'_>, out: &mut Findings) {
    let profile = pod.security_context().get("seccompProfile");
    if let Some(message) = turned_off(&"the pod", &profile) {
        out.report(&profile.get("type"), message).fix(|_| {
            let on_linux = || pod_with_runtime_default(pod);
            Fix::by_system(pod, on_linux, |_| Some(without_profile(&"the pod", &profile)))
        });
    }
}

fn must_keep_seccomp(container: &Container<'_>, out: &mut Findings) {
    let profile = container.security_context().get("seccompProfile");
    if let Some(message) = turned_off(container, &profile) {
        out.report(&profile.get("type"), message).fix(|_| {
            if profile.get("type").is_set() || container.pod.is_for_windows() {
                return Some(without_profile(container, &profile));
            }
            Some(container_with_runtime_default(container))
        });
    }
}

/// What is wrong with a profile that does not confine.
pub(super) fn turned_off(who: &dyn Display, profile: &Field<'_>) -> Option<String> {
    match profile.get("type").as_str().unwrap_or_default() {
        _ if !profile.is_set() => None,
        "RuntimeDefault" | "Localhost" => None,
        "" => Some(format!("{who} sets a seccomp profile without a type")),
        other => Some(format!("{who} sets seccomp profile type `{other}`")),
    }
}

/// The runtime's profile for the pod.
pub(super) fn pod_with_runtime_default(pod: &Pod<'_>) -> Fix {
    let profile = pod.security_context().get("seccompProfile");
    with_runtime_default(&"the pod", &profile, pod.annotations().entry(POD_ANNOTATION))
}

/// The runtime's profile for a container.
pub(super) fn container_with_runtime_default(container: &Container<'_>) -> Fix {
    let profile = container.security_context().get("seccompProfile");
    let annotation = format!("{CONTAINER_ANNOTATION}{}", container.name());
    let annotation = container.pod.annotations().entry(&annotation);
    with_runtime_default(container, &profile, annotation)
}

/// Sets the type of a profile. The API server takes `localhostProfile` with type `Localhost` only,
/// and no annotation that says anything else.
fn with_runtime_default(
    who: &dyn Display,
    profile: &Field<'_>,
    annotation: Option<Field<'_>>,
) -> Fix {
    let (kind, file) = (profile.get("type"), profile.get("localhostProfile"));
    let mut changes = vec![kind.set(RUNTIME_DEFAULT)];
    changes.extend(file.is_set().then(|| file.remove()));
    let says_else = |annotation: &Field<'_>| annotation.as_str() != Some("runtime/default");
    changes.extend(annotation.filter(says_else).map(|annotation| annotation.remove()));
    let title = format!("set seccomp profile type `{RUNTIME_DEFAULT}` on {who}");
    if kind.is_set() { reverses(title, changes) } else { hardening(title, changes) }
}

pub(super) fn without_profile(who: &dyn Display, profile: &Field<'_>) -> Fix {
    reverses(format!("remove the seccomp profile of {who}"), vec![profile.remove()])
}

fn reverses(title: String, changes: Vec<Change>) -> Fix {
    Fix { class: FixClass::Reverses, ..hardening(title, changes) }
}

pub(super) fn hardening(title: String, changes: Vec<Change>) -> Fix {
    Fix::hardening(title, changes).breaks(
        "the program makes calls into the kernel that the runtime's profile blocks: it traces \
         processes, mounts file systems or makes namespaces",
        "`Operation not permitted` in the log, though the rights to the file are there",
    )
}

/// The type of the profile that comes with the container runtime.
const RUNTIME_DEFAULT: &str = "RuntimeDefault";

/// The profile that the container runtime comes with.
pub(super) fn runtime_default() -> Node {
    Node::map([("type", RUNTIME_DEFAULT.into())])
}
