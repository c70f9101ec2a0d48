//! A pod must not mount a path of the node.
//!
//! A `hostPath` volume is a door to the node's files: credentials of the kubelet, the container
//! runtime's socket, data of other pods. Mounting it read-only closes that door only by half.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: runtime
//!       hostPath:
//! #     ^^^^^^^^ volume `runtime` mounts a path of the node
//!         path: /run/containerd/containerd.sock
//! ```
//!
//! ```yaml,fixed,volume.runtime=emptyDir
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: runtime
//!       emptyDir: {}
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: cache
//!       emptyDir: {}
//! ```
//!
//! ## How to fix it
//!
//! Use `emptyDir` for scratch space, a `persistentVolumeClaim` for data that must stay, and a
//! `configMap`, `secret` or `projected` volume for what the program only reads.
//!
//! ## When to ignore it
//!
//! Log collectors, storage drivers and other node agents need it. Run them in a namespace of their
//! own that allows it.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Answers, Fix, Input, InputKind};
use crate::pod::Pod;
use crate::rule::{self, Category, Rule, Severity, baseline, since};
use podproof_source::{Change, Map, Node, Value};

pub static RULE: Rule = Rule {
    id: "host-path-volumes",
    title: "A pod must not mount a path of the node",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("hostPathVolumes"),
    replaces: &[],
    versions: &[since(0, rule::Check::Pod(must_not_mount_paths_of_the_node))],
    source: crate::source!("host_path_volumes.rs"),
};

fn must_not_mount_paths_of_the_node(pod: &Pod<'_>, out: &mut Findings) {
    for volume in pod.spec.get("volumes").items() {
        let host_path = volume.get("hostPath");
        if host_path.is_set() {
            let name = volume.get("name").as_str().unwrap_or_default();
            out.report(&host_path, format!("volume `{name}` mounts a path of the node"))
                .fix(|answers| Some(with_another_type(&volume, pod, answers)));
        }
    }
}

/// What a person may name: how, the volume's new type, and the field that holds the name.
const TYPES: &[(&str, &str, &str)] = &[
    ("claim", "persistentVolumeClaim", "claimName"),
    ("configMap", "configMap", "name"),
    ("secret", "secret", "secretName"),
];

/// Gives a volume the type that a person chooses.
pub(super) fn with_another_type(volume: &Field<'_>, pod: &Pod<'_>, answers: &Answers) -> Fix {
    let name = volume.get("name").as_str().unwrap_or_default();
    let named = TYPES.iter().map(|(kind, ..)| format!("{kind}:NAME"));
    let input = Input {
        name: format!("volume.{name}"),
        label: format!("what volume `{name}` is to hold instead"),
        kind: InputKind::Text,
        choices: std::iter::once("emptyDir".to_owned()).chain(named).collect(),
        default: None,
    };
    let given = answers.valid(&input);
    let answer = given.map(|answer| answer.split_once(':'));
    let changes = answer.map(|answer| {
        let (kind, value) = new_type(answer);
        // Besides its name a volume has nothing but its type.
        let others = volume.entries().filter(|(key, _)| ![kind, "name"].contains(key));
        let mut changes: Vec<Change> = others.map(|(_, field)| field.remove()).collect();
        changes.push(volume.get(kind).set(value));
        changes
    });
    let title = match given {
        Some(answer) => format!("make volume `{name}` `{answer}`"),
        None => format!(
            "make volume `{name}` an `emptyDir` for scratch space, or name a claim, `configMap` or \
             `secret` that holds its files"
        ),
    };
    let fix = Fix::needs_input(title, input, changes.unwrap_or_default()).breaks(
        "the new volume does not hold the files, sockets or devices that the program needs",
        "`No such file or directory` in the log",
    );
    match answer {
        Some(Some(("claim", _))) => fix.may_set_group_of_volumes(pod, answers),
        _ => fix,
    }
}

fn new_type(answer: Option<(&str, &str)>) -> (&'static str, Node) {
    let named = answer.and_then(|(wanted, name)| {
        let (_, kind, field) = TYPES.iter().find(|(kind, ..)| *kind == wanted)?;
        Some((*kind, Node::map([(*field, name.into())])))
    });
    named.unwrap_or(("emptyDir", Node::new(Value::Map(Map::default()))))
}
