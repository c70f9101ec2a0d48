//! What is done about a field that has no effect where it stands.
//!
//! From its right place it starts to have one. So it goes there only if it protects, and if nothing
//! in the pod speaks against it; what would only take a protection away is removed.

use super::Hint;
use crate::field::Field;
use crate::fix::Fix;
use crate::nearest::distance;
use crate::pod::{Container, Pod};
use crate::rules::capabilities_baseline::exact_spelling;
use podproof_source::{Change, Node, Value};
use std::fmt::Display;

/// What is done about an unknown field of a pod, or of a container in it.
pub(super) fn of(
    pod: &Pod<'_>,
    container: Option<&Container<'_>>,
    parent: &Field<'_>,
    (key, value): (&str, &Field<'_>),
    hint: Hint,
) -> Option<Fix> {
    let is = |context: Field<'_>| context.path().pointer() == parent.path().pointer();
    let container = container.filter(|container| is(container.security_context()));
    match (hint, container) {
        (Hint::EveryContainer(name), _) => to_every_container(pod, name, value),
        (Hint::Pod(name), Some(container)) => to_the_pod(container, name, value),
        (Hint::Name(name), Some(container)) => {
            let is_possible = |key: &str| may_hold(container, key);
            renamed(container, pod, parent, (key, value), name, &is_possible)
        }
        (Hint::Name(name), None) if is(pod.security_context()) => {
            let is_possible =
                |key: &str| key != "runAsNonRoot" || pod.every_container_accepts_non_root();
            renamed(&"the pod", pod, parent, (key, value), name, &is_possible)
        }
        _ => None,
    }
}

/// A setting that protects, and what it may break as soon as it has an effect.
struct Protection {
    value: Node,
    is_default: bool,
    breaks_when: &'static str,
    symptom: &'static str,
}

impl Protection {
    fn of(key: &str, value: &Node) -> Option<Self> {
        let protection = |value: Node, breaks_when, symptom| {
            Some(Self { value, is_default: true, breaks_when, symptom })
        };
        match (key, &value.value) {
            ("allowPrivilegeEscalation", Value::Bool(false)) => protection(
                value.clone(),
                "the program starts `sudo`, `su` or another setuid program",
                "`sudo: effective uid is not 0`, or `Operation not permitted` in the log",
            ),
            ("runAsNonRoot", Value::Bool(true)) => protection(
                value.clone(),
                "the image's user is root, or has a name instead of a number",
                "CreateContainerConfigError: container has runAsNonRoot and image will run as root",
            ),
            // No other fix sets this unasked: many programs cannot live with it.
            ("readOnlyRootFilesystem", Value::Bool(true)) => Some(Self {
                value: value.clone(),
                is_default: false,
                breaks_when: "the program writes outside of its volumes",
                symptom: "`Read-only file system` in the log",
            }),
            ("capabilities", _) => {
                let drop = value.get("drop").filter(|drop| is_list_of_texts(drop))?;
                protection(
                    Node::map([("drop", drop.clone())]),
                    "the program uses a capability that the runtime grants unasked",
                    "`Operation not permitted` in the log, or `bind: Permission denied`",
                )
            }
            ("fsGroup" | "runAsGroup", _) if is_usual_group(value) => protection(
                value.clone(),
                "the program's files belong to another group, or a volume has very many files",
                "`Permission denied` in the log, or the pod takes long to start",
            ),
            _ => None,
        }
    }

    /// Sets it where it has an effect.
    fn set(&self, context: &Field<'_>, key: &'static str) -> Change {
        context.get(key).set(self.value.clone())
    }

    /// The fix that sets it.
    fn fix(&self, title: String, changes: Vec<Change>) -> Fix {
        let fix = if self.is_default { Fix::hardening } else { Fix::reverses };
        fix(title, changes).breaks(self.breaks_when, self.symptom)
    }
}

fn is_list_of_texts(node: &Node) -> bool {
    node.as_list()
        .is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.as_str().is_some()))
}

/// Whether it is a group other than root's.
fn is_usual_group(node: &Node) -> bool {
    let Value::Number(number) = node.value else { return false };
    number.as_i64().is_some_and(|id| i32::try_from(id).is_ok_and(|id| id > 0))
}

/// Whether a setting says no more than what holds without it, or takes a protection away.
fn is_needless(key: &str, value: &Node) -> bool {
    match (key, &value.value) {
        ("privileged", Value::Bool(_))
        | ("allowPrivilegeEscalation", Value::Bool(true))
        | ("readOnlyRootFilesystem" | "runAsNonRoot", Value::Bool(false))
        | ("procMount", Value::String(_)) => true,
        ("runAsUser" | "runAsGroup" | "fsGroup", Value::Number(number)) => {
            number.as_i64() == Some(0)
        }
        ("capabilities", Value::Map(_)) => value.get("drop").is_none(),
        _ => false,
    }
}

fn to_every_container(pod: &Pod<'_>, key: &'static str, value: &Field<'_>) -> Option<Fix> {
    let node = value.node()?;
    let protection = Protection::of(key, node).filter(|_| !pod.is_for_windows());
    let free = |container: &Container<'_>| {
        !container.security_context().get(key).is_set() && may_hold(container, key)
    };
    let mut changes: Vec<Change> = match &protection {
        Some(protection) => {
            let free = pod.containers().filter(free);
            free.map(|container| protection.set(&container.security_context(), key)).collect()
        }
        None => Vec::new(),
    };
    let Some(protection) = protection.filter(|_| !changes.is_empty()) else {
        let is_settled = pod.is_for_windows()
            || is_needless(key, node)
            || pod.containers().all(|container| !free(&container));
        return is_settled.then(|| without(&"the pod", key, value));
    };
    changes.push(value.remove());
    Some(protection.fix(format!("move `{key}` from the pod to its containers"), changes))
}

fn to_the_pod(container: &Container<'_>, key: &'static str, value: &Field<'_>) -> Option<Fix> {
    let (pod, node) = (container.pod, value.node()?);
    let context = pod.security_context();
    if context.get(key).is_set() || pod.is_for_windows() || is_needless(key, node) {
        return Some(without(container, key, value));
    }
    let protection = Protection::of(key, node)?;
    let contexts = pod.containers().map(|container| container.security_context());
    let all: Vec<Field<'_>> = contexts.filter_map(|context| context.entry(key)).collect();
    // Which of two values is meant for all, only the author knows.
    if !all.iter().filter_map(Field::node).all(|other| other.equals(node)) {
        return None;
    }
    let mut changes = vec![protection.set(&context, key)];
    changes.extend(all.iter().map(Field::remove));
    Some(protection.fix(format!("move `{key}` from the containers to the pod"), changes))
}

fn renamed(
    who: &dyn Display,
    pod: &Pod<'_>,
    parent: &Field<'_>,
    (key, value): (&str, &Field<'_>),
    name: &'static str,
    is_possible: &dyn Fn(&str) -> bool,
) -> Option<Fix> {
    let node = value.node()?;
    // More than one letter may change what is meant: `runAsRoot` is not `runAsNonRoot`.
    let letters = key.replace(['-', '_'], "");
    if distance(&letters, name) > 1 {
        return None;
    }
    let is_of_no_use = pod.is_for_windows() && name != "runAsNonRoot";
    if parent.get(name).is_set() || is_of_no_use || is_needless(name, node) {
        return Some(without(who, key, value));
    }
    let is_possible = is_possible(name) && !first_is_taken(parent, key, name);
    let protection = Protection::of(name, node).filter(|_| is_possible)?;
    let changes = vec![protection.set(parent, name), value.remove()];
    Some(protection.fix(format!("write `{key}` of {who} as `{name}`"), changes))
}

/// Whether another unknown field may be the same one.
fn first_is_taken(parent: &Field<'_>, key: &str, name: &str) -> bool {
    let is_alike = |other: &str| distance(&other.replace(['-', '_'], ""), name) <= 1;
    parent.entries().any(|(other, _)| other != key && other != name && is_alike(other))
}

/// Whether the API server takes a setting of a container, and it then holds.
fn may_hold(container: &Container<'_>, key: &str) -> bool {
    let context = container.security_context();
    match key {
        "allowPrivilegeEscalation" => {
            let is_privileged = context.get("privileged").as_bool() == Some(true);
            let mut added = context.at(&["capabilities", "add"]).items();
            let is_almighty = |name: &str| matches!(&*exact_spelling(name), "SYS_ADMIN" | "ALL");
            !is_privileged && !added.any(|item| item.as_str().is_some_and(is_almighty))
        }
        "runAsNonRoot" => container.root_user().is_none(),
        _ => true,
    }
}

/// Safe: the cluster drops the field already.
fn without(who: &dyn Display, key: &str, value: &Field<'_>) -> Fix {
    let title =
        format!("remove `{key}` from the `securityContext` of {who}: it has no effect there");
    Fix::safe(title, vec![value.remove()])
}

#[cfg(test)]
mod tests {
    use crate::rules::by_id;
    use crate::{Answers, Base, FixClass, Profile, Version, check_and_fix, objects};
    use podproof_source::{change, yaml};

    /// The class of the only fix of a pod's only unknown field, if it has one, and whether it makes
    /// this of the pod's spec.
    fn fix(spec: &str, made: &str) -> Option<(FixClass, bool)> {
        let pod = |spec: &str| {
            let text = format!("{{apiVersion: v1, kind: Pod, spec: {spec}}}");
            yaml::read(text.as_bytes()).next().unwrap().unwrap().root
        };
        let (before, profile) = (pod(spec), Profile::new(Base::Aks, Version::Latest));
        let object = objects(&before).into_iter().next().unwrap();
        let mut found = check_and_fix(&object, &profile, Some(&Answers::default()));
        found.retain(|finding| std::ptr::eq(finding.rule, by_id("unknown-field").unwrap()));
        assert_eq!(found.len(), 1, "{spec}");
        let fix = found.remove(0).fix?;
        let after = change::apply(&before, &fix.changes).unwrap();
        Some((fix.class, after.equals(&pod(made))))
    }

    #[test]
    fn what_protects_goes_where_nothing_speaks_against_it() {
        let hardening = Some((FixClass::Hardening, true));
        let made = "{securityContext: {}, containers: [{name: a, securityContext: {privileged: \
                    true}}, {name: b, securityContext: {allowPrivilegeEscalation: false}}]}";
        let spec = "{securityContext: {allowPrivilegeEscalation: false}, containers: [{name: a, \
                    securityContext: {privileged: true}}, {name: b}]}";
        assert_eq!(fix(spec, made), hardening);
        let spec = "{securityContext: {capabilities: {drop: [ALL], add: [CHOWN]}}, containers: \
                    [{name: a}]}";
        let made = "{securityContext: {}, containers: [{name: a, securityContext: {capabilities: \
                    {drop: [ALL]}}}]}";
        assert_eq!(fix(spec, made), hardening);
        // Not unasked: see `read-only-root-filesystem`.
        let spec = "{containers: [{name: a, securityContext: {readonlyRootFilesystem: true}}]}";
        let made = "{containers: [{name: a, securityContext: {readOnlyRootFilesystem: true}}]}";
        assert_eq!(fix(spec, made), Some((FixClass::Reverses, true)));
    }

    #[test]
    fn what_would_take_a_protection_away_goes() {
        for key in ["privileged: true", "procMount: Unmasked", "capabilities: {add: [ALL]}"] {
            let spec = format!("{{securityContext: {{{key}}}, containers: [{{name: a}}]}}");
            let made = "{securityContext: {}, containers: [{name: a}]}";
            assert_eq!(fix(&spec, made), Some((FixClass::Safe, true)), "{key}");
        }
        let spec = "{os: {name: windows}, containers: [{name: a, securityContext: {fsGroup: 7}}]}";
        let made = "{os: {name: windows}, containers: [{name: a, securityContext: {}}]}";
        assert_eq!(fix(spec, made), Some((FixClass::Safe, true)));
    }

    #[test]
    fn what_only_the_author_knows_stays() {
        for spec in [
            "{containers: [{name: a, securityContext: {runAsRoot: true}}]}",
            "{containers: [{name: a, securityContext: {runasnonroot: true, runAsUser: 0}}]}",
            "{containers: [{name: a, securityContext: {sysctls: []}}]}",
            "{hostnetwork: true, containers: [{name: a}]}",
            "{containers: [{name: a, comand: [x]}]}",
        ] {
            assert_eq!(fix(spec, spec), None, "{spec}");
        }
    }
}
