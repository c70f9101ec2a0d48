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
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
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
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
//!   containers:
//!     - name: web
//!     - name: proxy
//!       securityContext: {}
//! ```
//!
//! Annotations that named profiles before Kubernetes 1.19 are not read any more. The fix makes them
//! fields.
//!
//! ```yaml,bad
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: runtime/default
//!     container.seccomp.security.alpha.kubernetes.io/proxy: localhost/proxy.json
//! spec:
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` has no seccomp profile: neither it nor the pod sets one
//!     - name: proxy
//! #     ^^^^^^^^^^^ container `proxy` has no seccomp profile: neither it nor the pod sets one
//! ```
//!
//! ```yaml,fixed
//! metadata:
//!   annotations: {}
//! spec:
//!   containers:
//!     - name: web
//!     - name: proxy
//!       securityContext:
//!         seccompProfile:
//!           type: Localhost
//!           localhostProfile: proxy.json
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
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

use super::seccomp_profile_baseline::{
    CONTAINER_ANNOTATION, POD_ANNOTATION, container_with_runtime_default, hardening,
    pod_with_runtime_default, runtime_default, turned_off, without_profile,
};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Fix, FixOfPod};
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, restricted, since};
use podproof_source::{Change, Node};

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

fn pod_must_keep_seccomp(pod: &Pod<'_>, out: &mut Findings) {
    let profile = pod.security_context().get("seccompProfile");
    if let Some(message) = turned_off(&"the pod", &profile) {
        let on_linux = || pod_with_runtime_default(pod);
        out.report(&profile.get("type"), message).fix(|_| Fix::by_system(pod, on_linux, |_| None));
    }
}

fn must_have_seccomp(container: &Container<'_>, out: &mut Findings) {
    a_profile_must_confine(container, |_| None, out);
}

fn pod_must_keep_seccomp_except_on_windows(pod: &Pod<'_>, out: &mut Findings) {
    if !pod.is_windows() {
        pod_must_keep_seccomp(pod, out);
    }
}

fn must_have_seccomp_except_on_windows(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.is_windows() {
        a_profile_must_confine(container, Fix::by_naming_windows, out);
    }
}

fn a_profile_must_confine(container: &Container<'_>, fix_on_windows: FixOfPod, out: &mut Findings) {
    let own = container.security_context().get("seccompProfile");
    // A bad one of the pod has its own finding.
    let of_pod = container.pod.security_context().get("seccompProfile");
    let (field, message) = match turned_off(container, &own) {
        Some(message) => (own.get("type"), message),
        None if own.is_set() || of_pod.is_set() => return,
        None => {
            let message =
                format!("{container} has no seccomp profile: neither it nor the pod sets one");
            (own.clone(), message)
        }
    };
    out.report(&field, message)
        .fix(|_| Fix::by_system(container.pod, || confined(container, &own), fix_on_windows));
}

fn confined(container: &Container<'_>, own: &Field<'_>) -> Fix {
    let pod = container.pod;
    if own.get("type").is_set() {
        let mut fix = without_profile(container, own);
        fix.changes.extend(confined_pod(pod).map(|of_pod| of_pod.changes).unwrap_or_default());
        return fix;
    }
    if own.is_set() {
        return container_with_runtime_default(container);
    }
    let key = format!("{CONTAINER_ANNOTATION}{}", container.name());
    by_annotation(pod, &key, own).unwrap_or_else(|| with_profile(pod))
}

/// Gives the pod a profile that confines, if it has none.
fn confined_pod(pod: &Pod<'_>) -> Option<Fix> {
    let profile = pod.security_context().get("seccompProfile");
    let who = &"the pod";
    match turned_off(who, &profile) {
        Some(_) => Some(pod_with_runtime_default(pod)),
        None if profile.is_set() => None,
        None => Some(with_profile(pod)),
    }
}

/// Gives a pod without a profile the one of its annotation, or else that of the runtime.
fn with_profile(pod: &Pod<'_>) -> Fix {
    let profile = pod.security_context().get("seccompProfile");
    let dead = dead_annotations(pod);
    let by_annotation = by_annotation(pod, POD_ANNOTATION, &profile);
    if let Some(fix) = by_annotation.clone().filter(|_| dead.is_empty()) {
        return fix;
    }
    let mut changes = match by_annotation {
        Some(fix) => fix.changes,
        None => vec![profile.set(runtime_default())],
    };
    changes.extend(dead);
    hardening("set a seccomp profile on the pod".into(), changes)
}

/// Makes an annotation the field that has come in its place.
fn by_annotation(pod: &Pod<'_>, key: &str, profile: &Field<'_>) -> Option<Fix> {
    let annotation = pod.annotations().entry(key)?;
    let changes = vec![profile.set(named_by(&annotation)?), annotation.remove()];
    Some(Fix::safe(format!("make annotation `{key}` a field"), changes))
}

/// The profile that the value of an annotation names.
pub(super) fn named_by(annotation: &Field<'_>) -> Option<Node> {
    match annotation.as_str()? {
        "runtime/default" | "docker/default" => Some(runtime_default()),
        other => {
            let file = other.strip_prefix("localhost/").filter(|file| is_inside(file))?;
            Some(Node::map([("type", "Localhost".into()), ("localhostProfile", file.into())]))
        }
    }
}

/// Whether the API server takes the path: it must not lead out of the kubelet's folder.
fn is_inside(file: &str) -> bool {
    !file.is_empty() && !file.starts_with('/') && !file.split('/').any(|part| part == "..")
}

/// The annotations of the pod and its containers that name no profile which confines.
fn dead_annotations(pod: &Pod<'_>) -> Vec<Change> {
    let is_read = |key: &str| match key.strip_prefix(CONTAINER_ANNOTATION) {
        Some(name) => pod.has_container(name),
        None => key == POD_ANNOTATION,
    };
    let read = pod.annotations().entries().filter(|(key, _)| is_read(key));
    read.filter(|(_, value)| named_by(value).is_none()).map(|(_, value)| value.remove()).collect()
}
