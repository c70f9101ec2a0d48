//! Every field must be one that the API server knows.
//!
//! The API server knows fields by their exact names and places. It drops every other one, so that
//! what looks like a protection is none: `allowPrivilegeEscalation` on the pod instead of its
//! containers, `runasnonroot` instead of `runAsNonRoot`. `kubectl` refuses such a file unless it is
//! told not to look; most other clients do not look.
//!
//! Checked are all fields of the built-in workloads and of `Pod`, `PodTemplate`, `Namespace`,
//! `Service`, `ServiceAccount`, `ConfigMap` and `Secret`, as they are in Kubernetes 1.37.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     allowPrivilegeEscalation: false
//! #                             ^^^^^ `allowPrivilegeEscalation` is no field of `PodSecurityContext`: it belongs to the `securityContext` of every container
//!     privileged: true
//! #               ^^^^ `privileged` is no field of `PodSecurityContext`: it belongs to the `securityContext` of every container
//!   containers:
//!     - name: web
//!       securityContext:
//!         fsGroup: 2000
//! #                ^^^^ `fsGroup` of container `web` is no field of `SecurityContext`: it belongs to the `securityContext` of the pod
//!         runasnonroot: true
//! #                     ^^^^ `runasnonroot` of container `web` is no field of `SecurityContext`: did you mean `runAsNonRoot`?
//! ```
//!
//! A setting that protects moves to its place. One that would take a protection away there is
//! removed: it never had an effect.
//!
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     fsGroup: 2000
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//!         runAsNonRoot: true
//! ```
//!
//! ```yaml,bad
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   hostNetwork: false
//! #              ^^^^^ `hostNetwork` is no field of `DeploymentSpec`: it belongs to `template.spec`
//!   template:
//!     spec:
//!       runAsNonRoot: true
//! #                   ^^^^ `runAsNonRoot` is no field of `PodSpec`: it belongs to `securityContext`
//!       containers:
//!         - name: web
//!           imagePullpolicy: Always
//! #                          ^^^^^^ `imagePullpolicy` of container `web` is no field of `Container`: did you mean `imagePullPolicy`?
//!           foo: bar
//! #              ^^^ `foo` of container `web` is no field of `Container`: the cluster drops it
//! ```
//!
//! ```yaml,good
//! metadata:
//!   labels:
//!     anything: goes
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: web
//!       imagePullPolicy: Always
//! ```
//!
//! ## How to fix it
//!
//! Move the field to where it belongs, or write it as the API does, capitals included. A field that
//! the message has no word for may be one of a newer Kubernetes, or of another tool: remove it, or
//! put it in an annotation.
//!
//! ## When to ignore it
//!
//! When the file is not sent to a cluster as it stands, but read by a tool that knows the field.

mod remedy;

use crate::field::Field;
use crate::finding::Findings;
use crate::nearest::nearest;
use crate::object::Object;
use crate::pod::{Container, Pod};
use crate::rule::{self, Category, Rule, Severity, since};
use crate::types::{
    self, CONTAINER, POD_SECURITY_CONTEXT, POD_SPEC, SECURITY_CONTEXT, Struct, Type,
};
use std::fmt;

pub static RULE: Rule = Rule {
    id: "unknown-field",
    title: "Every field must be one that the API server knows",
    category: Category::Manifest,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(0, rule::Check::Object(every_field_must_be_known))],
    source: crate::source!("unknown_field.rs"),
};

fn every_field_must_be_known(object: &Object<'_>, out: &mut Findings) {
    let Some(kind) = types::root(object.api_version, object.kind) else { return };
    for (key, value) in object.root().entries() {
        match kind.field(key) {
            // The cluster itself writes it.
            Some(_) if key == "status" => {}
            Some(of) => fields_must_be_known(object, &value, of, out),
            None => must_not_be_there(object, &object.root(), kind, (key, &value), out),
        }
    }
}

/// What has the wrong type has a finding of its own.
fn fields_must_be_known(object: &Object<'_>, field: &Field<'_>, of: Type, out: &mut Findings) {
    match of {
        Type::Struct(of) => {
            for (key, value) in field.entries() {
                match of.field(key) {
                    Some(of) => fields_must_be_known(object, &value, of, out),
                    None => must_not_be_there(object, field, of, (key, &value), out),
                }
            }
        }
        Type::Map(of) => {
            for (_, value) in field.entries() {
                fields_must_be_known(object, &value, *of, out);
            }
        }
        Type::List(of) => {
            for item in field.items() {
                fields_must_be_known(object, &item, *of, out);
            }
        }
        _ => {}
    }
}

fn must_not_be_there(
    object: &Object<'_>,
    parent: &Field<'_>,
    of: &'static Struct,
    (key, value): (&str, &Field<'_>),
    out: &mut Findings,
) {
    // Null is as good as absent. What begins with `$` tells a strategic merge patch what to do.
    if !value.is_set() || key.starts_with('$') {
        return;
    }
    let source = object.pod();
    let pod = source.as_ref().map(|source| &source.pod);
    let container = pod.and_then(|pod| container_around(pod, value));
    let hint = Hint::for_key(key, of);
    out.set_container(container.as_ref());
    let whose = container.as_ref().map(|container| format!(" of {container}")).unwrap_or_default();
    out.report(value, format!("`{key}`{whose} is no field of `{}`: {hint}", of.name))
        .fix(|_| remedy::of(pod?, container.as_ref(), parent, (key, value), hint));
    out.set_container(None);
}

/// The container that a field stands in.
fn container_around<'p>(pod: &'p Pod<'_>, field: &Field<'_>) -> Option<Container<'p>> {
    let inside = field.path().pointer();
    pod.containers().find(|container| {
        let rest = inside.strip_prefix(&container.field.path().pointer());
        rest.is_some_and(|rest| rest.starts_with('/'))
    })
}

/// What the author may have meant.
#[derive(Clone, Copy)]
enum Hint {
    /// The field has this name.
    Name(&'static str),
    /// A field of containers stands in the security context of the pod.
    EveryContainer(&'static str),
    /// A field of the pod stands in the security context of a container.
    Pod(&'static str),
    /// The field belongs somewhere else.
    Elsewhere(&'static str),
    /// Nobody knows.
    Nothing,
}

impl Hint {
    fn for_key(key: &str, of: &'static Struct) -> Self {
        let name_in =
            |of: &'static Struct| of.fields.iter().map(|(name, _)| *name).find(|name| *name == key);
        let (in_pod, in_container) = (name_in(&POD_SECURITY_CONTEXT), name_in(&SECURITY_CONTEXT));
        let place = match (of.name, in_pod, in_container) {
            ("PodSecurityContext", _, Some(name)) => return Self::EveryContainer(name),
            ("SecurityContext", Some(name), _) => return Self::Pod(name),
            ("PodSpec", Some(_), _) | ("Container" | "EphemeralContainer", _, Some(_)) => {
                Some("`securityContext`")
            }
            ("PodSpec", _, Some(_)) => Some("the `securityContext` of every container"),
            ("PodSpec", ..) if CONTAINER.field(key).is_some() => Some("a container"),
            ("Container" | "EphemeralContainer", Some(_), _) => {
                Some("the `securityContext` of the pod")
            }
            ("Container" | "EphemeralContainer", ..) if POD_SPEC.field(key).is_some() => {
                Some("the `spec` of the pod")
            }
            _ if has_template(of) && POD_SPEC.field(key).is_some() => Some("`template.spec`"),
            _ => None,
        };
        let name = || nearest(key, of.fields.iter().map(|(name, _)| *name));
        let hint = place.map(Self::Elsewhere).or_else(|| name().map(Self::Name));
        hint.unwrap_or(Self::Nothing)
    }
}

fn has_template(of: &Struct) -> bool {
    matches!(of.field("template"), Some(Type::Struct(template)) if template.name == "PodTemplateSpec")
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "did you mean `{name}`?"),
            Self::EveryContainer(_) => {
                f.write_str("it belongs to the `securityContext` of every container")
            }
            Self::Pod(_) => f.write_str("it belongs to the `securityContext` of the pod"),
            Self::Elsewhere(place) => write!(f, "it belongs to {place}"),
            Self::Nothing => f.write_str("the cluster drops it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::check::run;
    use crate::finding::Findings;
    use crate::{Version, objects};
    use podproof_source::yaml;

    fn found(text: &str) -> Vec<(String, Option<String>)> {
        let document = yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let mut out = Findings::of(&RULE, RULE.severity);
        for object in objects(&document.root) {
            run(&RULE, Version::Latest, &object, None, &mut out);
        }
        let name = |(name, _)| name;
        out.into_vec().into_iter().map(|found| (found.path, found.container.map(name))).collect()
    }

    #[test]
    fn only_what_the_table_covers_is_judged() {
        for text in [
            "apiVersion: example.com/v1\nkind: Pod\nspec: {foo: 1}",
            "apiVersion: v1\nkind: Pod\nstatus: {foo: 1}\nmetadata: {labels: {foo: bar}}",
            "apiVersion: v1\nkind: Pod\nspec: {foo: null, $patch: delete, containers: text}",
            "apiVersion: v1\nkind: Pod\nmetadata: {managedFields: [{fieldsV1: {foo: {}}}]}",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_field_is_found_wherever_it_stands() {
        let text = "apiVersion: v1\nkind: Pod\nfoo: {}\nspec: {initContainers: [{name: a, \
                    env: [{name: x, valu: y}]}], volumes: [{name: v, emptydir: {}}]}";
        let expected = [
            ("foo".to_owned(), None),
            ("spec.initContainers[0].env[0].valu".to_owned(), Some("a".to_owned())),
            ("spec.volumes[0].emptydir".to_owned(), None),
        ];
        assert_eq!(found(text), expected);
    }
}
