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
//! ```yaml,fixed
//! spec:
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

use super::windows_host_process;
use crate::finding::Findings;
use crate::fix::Fix;
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
            out.report(&field, format!("the pod shares the node's {shared}: `{key}: true`"))
                .fix(|_| Some(without(key, pod)));
        }
    }
}

/// Removes one of the fields. The API server refuses `hostProcess` without `hostNetwork`.
pub(super) fn without(key: &str, pod: &Pod<'_>) -> Fix {
    let mut title = format!("remove `{key}: true`");
    let mut changes = Vec::from_iter(pod.spec.entry(key).map(|field| field.remove()));
    let host_process = windows_host_process::removals(pod);
    if key == "hostNetwork" && !host_process.is_empty() {
        title += " and `hostProcess: true`, which needs it";
        changes.extend(host_process);
    }
    Fix::reverses(title, changes).breaks(
        "the program looks at the node itself: its connections, processes or shared memory, or is \
         reached at the node's own address",
        "it finds only what is in its own pod; clients of the node's address get \
         `Connection refused`",
    )
}
