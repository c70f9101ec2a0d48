//! Every value must have the type that the API server can decode.
//!
//! The API server refuses an object if one of its values has the wrong type: a number where a
//! string is needed, a quoted `"true"` where a boolean is needed, an amount that is none. A check
//! that passed over such a value would judge a pod that no cluster can run.
//!
//! Checked are all fields of the built-in workloads and of `Pod`, `PodTemplate`, `Namespace`,
//! `Service`, `ServiceAccount`, `ConfigMap` and `Secret`. Of any other object only `apiVersion` and
//! `kind` are. Fields that the API server does not know are no mistake here.
//!
//! ```yaml,bad
//! metadata:
//!   labels:
//!     version: 1.5
//! #            ^^^ `version` must be a string, but a number stands here: put it in quotes
//! spec:
//!   containers:
//!     - name: web
//!       args: --verbose
//! #           ^^^^^^^^^ `args` must be a list, but a string stands here
//!       env:
//!         - name: DEBUG
//!           value: yes
//! #                ^^^ `value` must be a string, but a boolean stands here: put it in quotes
//!       ports:
//!         - containerPort: 80.5
//! #                        ^^^^ `containerPort` must be an integer, but this number is none
//!       resources:
//!         limits:
//!           memory: 512 MB
//! #                 ^^^^^^ `memory` must be a quantity such as `500m` or `1Gi`, but this string is none
//!       securityContext:
//!         privileged: "false"
//! #                   ^^^^^^^ `privileged` must be a boolean, but a string stands here: remove the quotes
//! ```
//!
//! ```yaml,good
//! metadata:
//!   labels:
//!     version: "1.5"
//! spec:
//!   containers:
//!     - name: web
//!       args: [--verbose]
//!       env:
//!         - name: DEBUG
//!           value: "yes"
//!       ports:
//!         - containerPort: 80
//!       resources:
//!         limits:
//!           cpu: 0.5
//!           memory: 512M
//!       securityContext:
//!         privileged: false
//! ```
//!
//! ## How to fix it
//!
//! Write the value as the message says. YAML reads `1.5`, `yes`, `on` and `0x1F` as numbers and
//! booleans unless they stand in quotes; the values of environment variables, labels and
//! annotations are always strings. The values under `data` of a `Secret` are base64: put plain text
//! under `stringData`.
//!
//! ## When to ignore it
//!
//! Never: the API server does not accept the object.

use crate::field::Field;
use crate::finding::{Finding, Findings};
use crate::object::Object;
use crate::pod::Container;
use crate::rule::{Category, Check::Reading, Rule, Severity, since};
use crate::types::{self, Type};
use podproof_source::{Node, Value};
use std::collections::BTreeMap;
use std::fmt;

pub static RULE: Rule = Rule {
    id: "wrong-type",
    title: "Every value must have the type that the API server can decode",
    category: Category::Manifest,
    severity: Severity::Error,
    standard: None,
    replaces: &[],
    versions: &[since(0, Reading)],
    source: crate::source!("wrong_type.rs"),
};

pub(crate) fn check(object: &Object<'_>) -> Vec<Finding> {
    let mut out = Findings::of(&RULE, RULE.severity);
    let root = Field::root(object.node);
    // `kubectl` takes whatever has `items` for a list, and refuses it if they are none.
    walk(&root.get("items"), Name::of("items"), Type::List(&Type::Any), &mut out);
    if let Some(kind) = types::root(object.api_version, object.kind) {
        walk(&root, Name::of(object.kind), Type::Struct(kind), &mut out);
    } else {
        check_other_kind(object, &root, &mut out);
    }
    let mut findings = out.into_vec();
    if !findings.is_empty() {
        name_containers(object, &mut findings);
    }
    findings
}

/// Of a kind that the table does not have, only the pod in it is known, if there is one.
fn check_other_kind(object: &Object<'_>, root: &Field<'_>, out: &mut Findings) {
    for key in ["apiVersion", "kind"] {
        walk(&root.get(key), Name::of(key), Type::String, out);
    }
    if let Some(source) = object.pod() {
        let (metadata, spec) = (Type::Struct(&types::OBJECT_META), Type::Struct(&types::POD_SPEC));
        walk(&source.pod.metadata, Name::of("metadata"), metadata, out);
        walk(&source.pod.spec, Name::of("spec"), spec, out);
    }
}

/// What messages call a field: its key, and for an item of a list its place.
#[derive(Clone, Copy)]
struct Name<'a> {
    key: &'a str,
    item: Option<usize>,
}

impl<'a> Name<'a> {
    fn of(key: &'a str) -> Self {
        Self { key, item: None }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            None => write!(f, "`{}`", self.key),
            Some(item) => write!(f, "`{}[{item}]`", self.key),
        }
    }
}

/// Reports every value in a field that does not have its type.
fn walk(field: &Field<'_>, name: Name<'_>, of: Type, out: &mut Findings) {
    let Some(node) = field.node() else { return };
    if !of.accepts(node) {
        out.report(field, message(name, of, node));
        return;
    }
    match of {
        Type::Struct(of) => {
            for (key, value) in field.entries() {
                if let Some(of) = of.field(key) {
                    walk(&value, Name::of(key), of, out);
                }
            }
        }
        Type::Map(of) => {
            for (key, value) in field.entries() {
                walk(&value, Name::of(key), *of, out);
            }
        }
        Type::List(of) => {
            for (index, item) in field.items().enumerate() {
                walk(&item, Name { item: Some(index), ..name }, *of, out);
            }
        }
        _ => {}
    }
}

/// Says what is needed and which shape stands there. Never the value: it may be a credential.
fn message(name: Name<'_>, of: Type, node: &Node) -> String {
    let needed = match of {
        Type::Bool => "a boolean",
        Type::Int32 | Type::Int64 => "an integer",
        Type::String => "a string",
        Type::Quantity => "a quantity such as `500m` or `1Gi`",
        Type::IntOrString => "an integer or a string",
        Type::Time => "a time such as `2026-01-31T12:00:00Z`",
        Type::Bytes => "base64",
        Type::Any => "a value",
        Type::Struct(_) | Type::Map(_) => "an object",
        Type::List(_) => "a list",
    };
    let found = match (of, &node.value) {
        (Type::Int32 | Type::IntOrString, Value::Number(number)) if number.as_i64().is_some() => {
            "this number does not fit in 32 bits".to_owned()
        }
        (Type::Int32 | Type::Int64 | Type::IntOrString, Value::Number(_)) => {
            "this number is none".to_owned()
        }
        (Type::Quantity | Type::Time, Value::String(_)) => "this string is none".to_owned(),
        (Type::Bytes, Value::String(_)) => "this string is not".to_owned(),
        _ => format!("{} stands here", node.shape()),
    };
    let hint = match (of, &node.value) {
        (Type::String, Value::Number(_) | Value::Bool(_)) => ": put it in quotes",
        (Type::Bool, Value::String(text)) if matches!(&**text, "true" | "false") => {
            ": remove the quotes"
        }
        (Type::Int32, Value::String(text)) if text.parse::<i32>().is_ok() => ": remove the quotes",
        (Type::Int64, Value::String(text)) if text.parse::<i64>().is_ok() => ": remove the quotes",
        _ => "",
    };
    format!("{name} must be {needed}, but {found}{hint}")
}

/// Sets the container of every finding that is inside one.
fn name_containers(object: &Object<'_>, findings: &mut [Finding]) {
    let Some(source) = object.pod() else { return };
    let inside = |container: &Container<'_>| container.field.path().pointer();
    let containers: BTreeMap<String, Container<'_>> =
        source.pod.containers().map(|container| (inside(&container), container)).collect();
    let spec = source.pod.spec.path().pointer().matches('/').count();
    for finding in findings {
        // `<spec>/containers/0` and something behind it.
        let Some((end, _)) = finding.pointer.match_indices('/').nth(spec + 2) else { continue };
        let container = finding.pointer.get(..end).and_then(|pointer| containers.get(pointer));
        finding.container = container.map(|found| (found.name().to_owned(), found.kind));
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::objects;
    use crate::pod::ContainerKind;
    use podproof_source::yaml;

    /// Path, message and container.
    type Found = (String, String, Option<(String, ContainerKind)>);

    fn findings(text: &str) -> Vec<Found> {
        let document = yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let objects = objects(&document.root);
        let found = objects.iter().flat_map(check);
        found.map(|finding| (finding.path, finding.message, finding.container)).collect()
    }

    #[test]
    fn every_wrong_value_is_found_once_with_its_container() {
        let found = findings(
            "apiVersion: apps/v1\n\
             kind: Deployment\n\
             spec:\n\
             \x20 replicas: 99999999999\n\
             \x20 template:\n\
             \x20   spec:\n\
             \x20     initContainers: [text, {name: setup, args: [a, 1, null]}]\n\
             \x20     securityContext: {runAsUser: '1000'}\n\
             \x20     unknown: {runAsUser: []}\n",
        );
        let replicas = "`replicas` must be an integer, but this number does not fit in 32 bits";
        let item = "`initContainers[0]` must be an object, but a string stands here";
        let arg = "`args[1]` must be a string, but a number stands here: put it in quotes";
        let user = "`runAsUser` must be an integer, but a string stands here: remove the quotes";
        let spec = "spec.template.spec";
        let setup = Some(("setup".to_owned(), ContainerKind::Init));
        let expected = [
            ("spec.replicas".to_owned(), replicas.to_owned(), None),
            (format!("{spec}.initContainers[0]"), item.to_owned(), None),
            (format!("{spec}.initContainers[1].args[1]"), arg.to_owned(), setup),
            (format!("{spec}.securityContext.runAsUser"), user.to_owned(), None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn no_message_shows_a_value() {
        let found = findings(
            "apiVersion: v1\nkind: Secret\ndata: {key: hunter2!}\nstringData: {key: 424242}\n\
             metadata: {creationTimestamp: hunter2!}",
        );
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].1, "`key` must be base64, but this string is not");
        for (_, message, _) in found {
            assert!(!message.contains("hunter2") && !message.contains("424242"), "{message}");
        }
    }

    #[test]
    fn of_other_objects_only_version_and_kind_are_looked_at() {
        assert_eq!(findings("apiVersion: example.com/v1\nkind: Pod\nspec: 1"), []);
        assert_eq!(findings("apiVersion: null\nkind: Pod\nspec: 1"), []);
        let found = findings("apiVersion: 1\nkind: [Pod]\nspec: 1");
        let version = "`apiVersion` must be a string, but a number stands here: put it in quotes";
        assert_eq!(found[0], ("apiVersion".into(), version.into(), None));
        assert_eq!(found[1].1, "`kind` must be a string, but a list stands here");
        assert_eq!(found.len(), 2);
    }
}
