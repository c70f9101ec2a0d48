//! A pod must not share the node's network, processes or IPC.
//!
//! With `hostNetwork` a pod sees the traffic of the node and passes network policies by; with
//! `hostPID` it sees and may signal every process of the node, and read their environment; with
//! `hostIPC` it reads their shared memory.
//!
//! ```yaml,bad
//! spec:
//!   hostNetwork: true
//! #              ^^^^ the pod shares the node's network: `hostNetwork: true`
//!   hostPID: true
//! #          ^^^^ the pod shares the node's processes: `hostPID: true`
//!   hostIPC: true
//! #          ^^^^ the pod shares the node's IPC: `hostIPC: true`
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good
//! spec:
//!   hostNetwork: false
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Remove the field. To be reached from outside use a Service; to let the containers of one pod
//! see each other's processes use `shareProcessNamespace: true`.
//!
//! ## When to ignore it
//!
//! Network plugins and node monitors need it. Run them in a namespace of their own that allows it.

use crate::finding::Findings;
use crate::pod::Pod;
use crate::rule::{self, Category, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "host-namespaces",
    title: "A pod must not share the node's network, processes or IPC",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("hostNamespaces"),
    replaces: &[],
    versions: &[since(0, rule::Check::Pod(must_not_share_namespaces_of_the_node))],
    source: crate::source!("host_namespaces.rs"),
};

/// The fields, and what each one shares.
const SHARING: &[(&str, &str)] =
    &[("hostNetwork", "network"), ("hostPID", "processes"), ("hostIPC", "IPC")];

fn must_not_share_namespaces_of_the_node(pod: &Pod<'_>, out: &mut Findings) {
    for (key, shared) in SHARING {
        let field = pod.spec.get(key);
        if field.as_bool() == Some(true) {
            out.report(&field, format!("the pod shares the node's {shared}: `{key}: true`"));
        }
    }
}
