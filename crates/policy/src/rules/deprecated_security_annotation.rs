//! A pod must name its seccomp and AppArmor profiles by fields, not by annotations.
//!
//! Annotations named these profiles before there were fields. Those for seccomp have had no effect
//! since Kubernetes 1.27: who relies on one runs without a profile. Those for AppArmor still count,
//! but have been deprecated since 1.30. On a workload instead of its pod template, neither ever had
//! an effect.
//!
//! ```yaml,bad
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: runtime/default
//! #                                             ^^^^^^^^^^^^^^^ annotation `seccomp.security.alpha.kubernetes.io/pod` has no effect, and is refused if it differs from the field `seccompProfile`, which replaced it
//!     container.apparmor.security.beta.kubernetes.io/web: localhost/web
//! #                                                       ^^^^^^^^^^^^^ annotation `container.apparmor.security.beta.kubernetes.io/web` is deprecated, and is refused if it differs from the field `appArmorProfile`, which replaces it
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
//!       securityContext:
//!         appArmorProfile:
//!           type: Localhost
//!           localhostProfile: web
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
//! ```
//!
//! An annotation beside the field is of no use, and the API server refuses it if the two differ. It
//! also refuses an AppArmor annotation for a container that the pod does not have.
//!
//! ```yaml,bad
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: docker/default
//! #                                             ^^^^^^^^^^^^^^ annotation `seccomp.security.alpha.kubernetes.io/pod` has no effect, and is refused if it differs from the field `seccompProfile`, which replaced it
//!     container.seccomp.security.alpha.kubernetes.io/web: localhost/web.json
//! #                                                       ^^^^^^^^^^^^^^^^^^ annotation `container.seccomp.security.alpha.kubernetes.io/web` has no effect, and is refused if it differs from the field `seccompProfile`, which replaced it
//!     container.apparmor.security.beta.kubernetes.io/proxy: runtime/default
//! #                                                         ^^^^^^^^^^^^^^^ annotation `container.apparmor.security.beta.kubernetes.io/proxy` names no container of the pod: the API server refuses it
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
//! ```yaml,fixed
//! metadata:
//!   annotations: {}
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
//! ```yaml,bad
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: runtime/default
//! #                                             ^^^^^^^^^^^^^^^ annotation `seccomp.security.alpha.kubernetes.io/pod` has no effect here: it is not on the pod template
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: web
//! ```
//!
//! ```yaml,fixed
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   annotations: {}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: web
//! ```
//!
//! Before Kubernetes 1.30 there is no field for AppArmor.
//!
//! ```yaml,good,v1.29
//! metadata:
//!   annotations:
//!     container.apparmor.security.beta.kubernetes.io/web: runtime/default
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
//!     appArmorProfile:
//!       type: RuntimeDefault
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Remove the annotation and set `seccompProfile` or `appArmorProfile` in the `securityContext` of
//! the pod or the container: `runtime/default` is type `RuntimeDefault`, `localhost/<name>` is type
//! `Localhost` with `localhostProfile: <name>`. An AppArmor annotation that differs from the field
//! has no fix: say which of the two you mean.
//!
//! ## When to ignore it
//!
//! When the same manifest must also run on clusters older than the fields.

use super::apparmor_profile::ANNOTATION as APPARMOR;
use super::seccomp_profile_baseline::{CONTAINER_ANNOTATION, POD_ANNOTATION, runtime_default};
use super::seccomp_profile_restricted::named_by;
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::object::Object;
use crate::pod::Pod;
use crate::rule::{Category, Check::ObjectAndPod, Rule, Severity, since};
use podproof_source::Node;

pub static RULE: Rule = Rule {
    id: "deprecated-security-annotation",
    title: "A pod must name its seccomp and AppArmor profiles by fields, not by annotations",
    category: Category::Hardening,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[
        since(27, ObjectAndPod(annotations_must_be_on_the_pod, must_use_fields_for_seccomp)),
        since(30, ObjectAndPod(annotations_must_be_on_the_pod, must_use_fields)),
    ],
    source: crate::source!("deprecated_security_annotation.rs"),
};

/// The field that has come in the place of an annotation.
struct Successor<'a> {
    /// The field of the pod or container that the annotation is for.
    field: Field<'a>,
    /// The profile that holds there: of the field, or else of the pod.
    in_force: Field<'a>,
    /// The same profile as the annotation names, if the API server takes it.
    same: Option<Node>,
}

fn annotations_must_be_on_the_pod(object: &Object<'_>, out: &mut Findings) {
    let metadata = object.root().get("metadata");
    let is_of_pod = |source: &crate::object::PodSource<'_>| {
        source.pod.metadata.path().pointer() == metadata.path().pointer()
    };
    if object.pod().is_none_or(|source| is_of_pod(&source)) {
        return;
    }
    for (key, value) in metadata.get("annotations").entries() {
        let is_ours = key == POD_ANNOTATION
            || [CONTAINER_ANNOTATION, APPARMOR].iter().any(|prefix| key.starts_with(prefix));
        if is_ours {
            let why = "has no effect here: it is not on the pod template";
            out.report(&value, format!("annotation `{key}` {why}"))
                .fix(|_| Some(without(key, &value, "the workload, where it has no effect")));
        }
    }
}

fn must_use_fields(pod: &Pod<'_>, out: &mut Findings) {
    must_use_fields_for_seccomp(pod, out);
    for (key, value) in pod.annotations().entries() {
        if let Some(container) = key.strip_prefix(APPARMOR) {
            must_use_field_for_apparmor(pod, (key, &value), container, out);
        }
    }
}

fn must_use_fields_for_seccomp(pod: &Pod<'_>, out: &mut Findings) {
    for (key, value) in pod.annotations().entries() {
        let of_pod = pod.security_context().get("seccompProfile");
        let of_container = key.strip_prefix(CONTAINER_ANNOTATION);
        let field = match of_container.map(|name| pod.container(name)) {
            None if key != POD_ANNOTATION => continue,
            None => of_pod.clone(),
            Some(Some(container)) => container.security_context().get("seccompProfile"),
            Some(None) => {
                out.report(&value, format!("annotation `{key}` names no container of the pod"))
                    .fix(|_| Some(without(key, &value, DEAD)));
                continue;
            }
        };
        let in_force = if field.is_set() { field.clone() } else { of_pod };
        let same = named_by(&value);
        let successor = Successor { field, in_force, same };
        seccomp_must_be_a_field(pod, (key, &value), &successor, out);
    }
}

/// The message is the same whether or not the field is set: what another fix sets there is no new
/// mistake.
fn seccomp_must_be_a_field(
    pod: &Pod<'_>,
    (key, value): (&str, &Field<'_>),
    successor: &Successor<'_>,
    out: &mut Findings,
) {
    let message = format!(
        "annotation `{key}` has no effect, and is refused if it differs from the field \
         `seccompProfile`, which replaced it"
    );
    let is_refused = agree(&successor.field, value) == Some(false);
    let severity = if is_refused { Severity::Error } else { Severity::Warning };
    out.report_as(severity, value, message).fix(|_| match &successor.same {
        Some(same) if !successor.in_force.is_set() && !pod.is_for_windows() => {
            Some(into_field(key, value, &successor.field, same))
        }
        _ => Some(without(key, value, DEAD)),
    });
}

/// An annotation that turns AppArmor off has a finding of its own, by `apparmor-profile`.
fn must_use_field_for_apparmor(
    pod: &Pod<'_>,
    (key, value): (&str, &Field<'_>),
    container: &str,
    out: &mut Findings,
) {
    let profile = value.as_str().unwrap_or_default();
    if !matches!(profile, "" | "runtime/default") && !profile.starts_with("localhost/") {
        return;
    }
    let Some(container) = pod.container(container) else {
        let message =
            format!("annotation `{key}` names no container of the pod: the API server refuses it");
        out.report_as(Severity::Error, value, message)
            .fix(|_| Some(without(key, value, "the pod, which has no such container")));
        return;
    };
    let of_pod = pod.security_context().get("appArmorProfile");
    let field = container.security_context().get("appArmorProfile");
    let in_force = if field.is_set() { field.clone() } else { of_pod };
    let successor = Successor { field, in_force, same: apparmor_named_by(profile) };
    apparmor_must_be_a_field(pod, (key, value), &successor, out);
}

fn apparmor_must_be_a_field(
    pod: &Pod<'_>,
    (key, value): (&str, &Field<'_>),
    successor: &Successor<'_>,
    out: &mut Findings,
) {
    if pod.is_for_windows() {
        out.report(value, format!("annotation `{key}` has no effect: Windows has no AppArmor"))
            .fix(|_| Some(without(key, value, DEAD)));
        return;
    }
    let message = format!(
        "annotation `{key}` is deprecated, and is refused if it differs from the field \
         `appArmorProfile`, which replaces it"
    );
    let is_refused = agree(&successor.field, value) == Some(false);
    let severity = if is_refused { Severity::Error } else { Severity::Warning };
    out.report_as(severity, value, message).fix(|_| {
        if value.as_str().unwrap_or_default().is_empty() {
            return Some(without(key, value, DEAD));
        }
        if agree(&successor.in_force, value) == Some(true) {
            return Some(without(key, value, "the pod, where a field says the same"));
        }
        // Nobody but the author knows which of two that differ is meant.
        let same = successor.same.as_ref().filter(|_| !successor.field.is_set())?;
        Some(into_field(key, value, &successor.field, same))
    });
}

const DEAD: &str = "the pod, where it has no effect";

fn without(key: &str, annotation: &Field<'_>, place: &str) -> Fix {
    Fix::safe(format!("remove annotation `{key}` from {place}"), vec![annotation.remove()])
}

/// Has the title of the fix with which `seccomp-profile-restricted` does the same.
fn into_field(key: &str, annotation: &Field<'_>, field: &Field<'_>, profile: &Node) -> Fix {
    let changes = vec![field.set(profile.clone()), annotation.remove()];
    Fix::safe(format!("make annotation `{key}` a field"), changes)
}

/// What an AppArmor annotation names, if the API server takes it as a field.
fn apparmor_named_by(profile: &str) -> Option<Node> {
    // The longest path that Linux takes.
    const LONGEST: usize = 4095;
    if profile == "runtime/default" {
        return Some(runtime_default());
    }
    let name = profile.strip_prefix("localhost/")?;
    let is_accepted = !name.is_empty() && name.trim() == name && name.len() <= LONGEST;
    is_accepted
        .then(|| Node::map([("type", "Localhost".into()), ("localhostProfile", name.into())]))
}

/// Whether a field holds the profile that an annotation names: if not, the API server refuses the
/// two. What else is wrong with a field has a finding of its own.
fn agree(profile: &Field<'_>, annotation: &Field<'_>) -> Option<bool> {
    let annotation = annotation.as_str().unwrap_or_default();
    match profile.get("type").as_str()? {
        "Unconfined" => Some(annotation == "unconfined"),
        "RuntimeDefault" => Some(matches!(annotation, "runtime/default" | "docker/default")),
        "Localhost" => {
            let name = annotation.strip_prefix("localhost/");
            Some(name.is_some() && name == profile.get("localhostProfile").as_str())
        }
        _ => None,
    }
}
